/* Addresses of repositories: see url.h. */
#include "url.h"

#include <stddef.h>
#include <string.h>

#define FILE_SCHEME	"file://"

const char *
url_folder(const char *url)
{
	if (strncmp(url, FILE_SCHEME, strlen(FILE_SCHEME)) == 0)
		url += strlen(FILE_SCHEME);
	return url[0] == '/' ? url : NULL;
}
