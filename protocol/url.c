/* Addresses of repositories: see url.h. */
#include "url.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "protocol/mem.h"

#define FILE_SCHEME	"file://"
#define SSH_SCHEME	"ssh://"

const char *
url_folder(const char *url)
{
	if (strncmp(url, FILE_SCHEME, strlen(FILE_SCHEME)) == 0)
		url += strlen(FILE_SCHEME);
	return url[0] == '/' ? url : NULL;
}

char *
url_take_login(char *url)
{
	bool ssh = strncasecmp(url, SSH_SCHEME, strlen(SSH_SCHEME)) == 0;
	char *begin = strstr(url, "://"), *at, *login;
	size_t len;

	if (begin == NULL)
		return NULL;
	begin += strlen("://");
	len = strcspn(begin, "/?#");
	/* The last one: rather too much is taken out than a part of a password left. */
	at = memrchr(begin, '@', len);
	if (at == NULL)
		return NULL;
	if (ssh) {
		begin += strcspn(begin, ":@");
		memmove(begin, at, strlen(at) + 1);
		return NULL;
	}
	login = mem_copy(begin, (size_t)(at - begin));
	memmove(begin, at + 1, strlen(at + 1) + 1);
	return login;
}

char *
url_decode(const char *text, size_t len)
{
	char *copy = mem_copy(text, len), *to = copy, digits[3] = "";
	const char *from = copy;
	unsigned long byte;

	for (; *from != '\0'; from++) {
		*to = *from;
		if (from[0] == '%' && isxdigit((unsigned char)from[1]) && isxdigit((unsigned char)from[2])) {
			memcpy(digits, from + 1, 2);
			byte = strtoul(digits, NULL, 16);
			if (byte != 0 && byte != '\n' && byte != '\r') {
				*to = (char)byte;
				from += 2;
			}
		}
		to++;
	}
	*to = '\0';
	return copy;
}
