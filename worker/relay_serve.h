/*
 * The relay's process: takes connections on the sockets it is sent, makes each to its
 * destination in the network that we have, and passes bytes on as fast as the slower side
 * takes them. Bounded in connections and memory; what it counts lies in shared memory.
 */
#ifndef ORCH_RELAY_SERVE_H
#define ORCH_RELAY_SERVE_H

#include <stdint.h>

#define RELAY_OPTION	"--relay"	/* the first word; the destinations follow */
#define RELAY_CHANNEL	3		/* descriptor: where listening sockets come from */
#define RELAY_COUNTS	4		/* descriptor: an array of these */

/* Of one destination; sent and received as the agent sees it. */
struct relay_count { uint64_t connections, refused, sent, received; };

/* The whole process: returns its exit status when the channel is not what it should be. */
int	relay_serve(char *const *destinations);

#endif
