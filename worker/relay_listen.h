/* The inner end of the relay: a network with nothing but a loopback, and who listens there. */
#ifndef ORCH_RELAY_LISTEN_H
#define ORCH_RELAY_LISTEN_H

#include <stddef.h>

/* What a run may reach: see destination.h. */
struct relay_wanted {
	char *const *allow;
	int channel;		/* the listening sockets go there */
};

/* Sends a listening socket, with the place of its destination. -1 with errno. */
int	relay_send(int channel, unsigned place, int fd);
/*
 * In the child that becomes the sandbox, with rights over its namespaces: enters a network of
 * its own. -1 with errno and *what.
 */
int	relay_listen(const struct relay_wanted *wanted, const char **what);

#endif
