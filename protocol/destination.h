/*
 * Where an agent may connect to, as orch.yaml(5) names it: HOST:PORT or unix:/PATH. Pure.
 * HOST is a name or an IPv4 address.
 */
#ifndef ORCH_DESTINATION_H
#define ORCH_DESTINATION_H

#include <stddef.h>
#include <stdint.h>

#define DESTINATIONS_MOST	64u

struct destination {
	char host[254];		/* "": a Unix socket */
	char path[100];
	uint16_t port;
};

/* NULL: it is one; else what is wrong with it, in static words. */
const char	*destination_parse(const char *text, struct destination *destination);
/*
 * The address, in the byte order of the host, that stands for the host of `list[index]` inside:
 * the address itself, 127.0.0.1 for localhost, else one of 127.0.0.2 and on for each other
 * name. 0: a Unix socket. The list holds destinations, DESTINATIONS_MOST at most.
 */
uint32_t	 destination_inside(char *const *list, size_t index);

#endif
