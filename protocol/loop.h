/* The event loop: descriptors, timers, signals. Wraps libevent with peer.c. */
#ifndef ORCH_LOOP_H
#define ORCH_LOOP_H

#include <stdint.h>

struct loop;
struct watch;

struct loop	*loop_new(void);
void		 loop_free(struct loop *loop);
/* Runs until loop_stop. */
void		 loop_run(struct loop *loop);
void		 loop_stop(struct loop *loop);
/* Handles what is due once, waiting for it; for a process that does the rest itself. */
void		 loop_step(struct loop *loop);
/* For peer.c: the event_base. */
void		*loop_base(struct loop *loop);

typedef void	 watch_callback(void *context);

/* Calls back while the descriptor can be read (or written). */
struct watch	*watch_read(struct loop *loop, int fd, watch_callback *callback, void *context);
struct watch	*watch_write(struct loop *loop, int fd, watch_callback *callback, void *context);
struct watch	*watch_signal(struct loop *loop, int number, watch_callback *callback, void *context);
/* A timer, not running yet. */
struct watch	*watch_timer(struct loop *loop, watch_callback *callback, void *context);
/* (Re)starts a timer, once. */
void		 watch_in(struct watch *timer, uint64_t milliseconds);
/* Milliseconds until a timer is due; 0: it is not running. */
uint64_t	 watch_left(const struct watch *timer);
/* Stops calling back; watch_resume goes on. */
void		 watch_pause(struct watch *watch);
void		 watch_resume(struct watch *watch);
/* NULL is fine. Never closes the descriptor. */
void		 watch_free(struct watch *watch);

/* Milliseconds of the monotonic clock. */
uint64_t	 clock_monotonic(void);
/* Seconds since 1970, with a fraction. */
double		 clock_wall(void);
/* Seconds of a processor that this process has used. */
double		 clock_used(void);

#endif
