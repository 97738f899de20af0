/* Named destinations: see destination.h. */
#include "destination.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_CHARACTERS	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"

static const char *
parse_path(const char *path, struct destination *destination)
{
	size_t len = strlen(path);

	if (path[0] != '/' || len >= sizeof(destination->path))
		return "behind unix: write an absolute path of fewer than 100 bytes";
	if (strstr(path, "/../") != NULL || strstr(path, "//") != NULL || path[len - 1] == '/' ||
	    path[len - 1] == '.')
		return "behind unix: write a path without .. and //";
	memcpy(destination->path, path, len + 1);
	return NULL;
}

const char *
destination_parse(const char *text, struct destination *destination)
{
	const char *colon = strrchr(text, ':');
	unsigned long port;
	size_t len;
	char *end;

	*destination = (struct destination){ 0 };
	if (strncmp(text, "unix:", 5) == 0)
		return parse_path(text + 5, destination);
	if (colon == NULL)
		return "write HOST:PORT or unix:/PATH";
	len = (size_t)(colon - text);
	if (len == 0 || len >= sizeof(destination->host) || strspn(text, NAME_CHARACTERS) != len ||
	    text[0] == '-' || text[0] == '.')
		return "write a name or an IPv4 address before the port";
	port = strtoul(colon + 1, &end, 10);
	if (colon[1] < '1' || colon[1] > '9' || *end != '\0' || port > 65535)
		return "a port is a number from 1 to 65535";
	memcpy(destination->host, text, len);
	destination->port = (uint16_t)port;
	return NULL;
}

/* An address that is written as one; 0: a name. */
static uint32_t
literal(const char *host)
{
	struct in_addr address;

	if (strcasecmp(host, "localhost") == 0)
		return INADDR_LOOPBACK;
	return inet_pton(AF_INET, host, &address) == 1 ? ntohl(address.s_addr) : 0;
}

/* How many names there are before this one that are others. */
static uint32_t
names_before(char *const *list, size_t index, const char *host)
{
	struct destination at, before;
	uint32_t count = 0;
	size_t i, j;

	for (i = 0; i < index; i++) {
		destination_parse(list[i], &at);
		if (strcasecmp(at.host, host) == 0)
			break;
		if (at.host[0] == '\0' || literal(at.host) != 0)
			continue;
		for (j = 0; j < i; j++) {
			destination_parse(list[j], &before);
			if (strcasecmp(before.host, at.host) == 0)
				break;
		}
		count += j == i;
	}
	return count;
}

uint32_t
destination_inside(char *const *list, size_t index)
{
	struct destination destination;
	uint32_t address;

	if (destination_parse(list[index], &destination) != NULL || destination.host[0] == '\0')
		return 0;
	address = literal(destination.host);
	return address != 0 ? address :
	    INADDR_LOOPBACK + 1 + names_before(list, index, destination.host);
}
