/* The event loop: see loop.h. */
#include "loop.h"

#include <event2/event.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

#include "log.h"
#include "mem.h"

struct loop {
	struct event_base *base;
};

struct watch {
	struct event *event;
	watch_callback *callback;
	void *context;
};

struct loop *
loop_new(void)
{
	struct loop *loop = mem_zero(1, sizeof(*loop));

	if ((loop->base = event_base_new()) == NULL)
		fatalx("event_base_new failed");
	return loop;
}

void
loop_free(struct loop *loop)
{
	event_base_free(loop->base);
	free(loop);
}

void
loop_run(struct loop *loop)
{
	if (event_base_dispatch(loop->base) == -1)
		fatal("event loop");
}

void
loop_stop(struct loop *loop)
{
	event_base_loopbreak(loop->base);
}

void
loop_step(struct loop *loop)
{
	if (event_base_loop(loop->base, EVLOOP_ONCE) == -1)
		fatal("event loop");
}

void *
loop_base(struct loop *loop)
{
	return loop->base;
}

static void
fire(evutil_socket_t fd, short what, void *context)
{
	struct watch *watch = context;

	(void)fd;
	(void)what;
	watch->callback(watch->context);
}

static struct watch *
watch_new(struct loop *loop, int fd, short what, watch_callback *callback, void *context)
{
	struct watch *watch = mem_zero(1, sizeof(*watch));

	watch->callback = callback;
	watch->context = context;
	watch->event = event_new(loop->base, fd, what, fire, watch);
	if (watch->event == NULL)
		fatalx("event_new failed");
	if (fd != -1)
		event_add(watch->event, NULL);
	return watch;
}

struct watch *
watch_read(struct loop *loop, int fd, watch_callback *callback, void *context)
{
	return watch_new(loop, fd, EV_READ | EV_PERSIST, callback, context);
}

struct watch *
watch_write(struct loop *loop, int fd, watch_callback *callback, void *context)
{
	return watch_new(loop, fd, EV_WRITE | EV_PERSIST, callback, context);
}

struct watch *
watch_signal(struct loop *loop, int number, watch_callback *callback, void *context)
{
	return watch_new(loop, number, EV_SIGNAL | EV_PERSIST, callback, context);
}

struct watch *
watch_timer(struct loop *loop, watch_callback *callback, void *context)
{
	return watch_new(loop, -1, 0, callback, context);
}

void
watch_in(struct watch *timer, uint64_t milliseconds)
{
	struct timeval wait = { (time_t)(milliseconds / 1000), (suseconds_t)(milliseconds % 1000) * 1000 };

	event_add(timer->event, &wait);
}

uint64_t
watch_left(const struct watch *timer)
{
	struct timeval due, now;
	int64_t left;

	if (!event_pending(timer->event, EV_TIMEOUT, &due))
		return 0;
	gettimeofday(&now, NULL);
	left = (due.tv_sec - now.tv_sec) * 1000 + (due.tv_usec - now.tv_usec) / 1000;
	return left > 0 ? (uint64_t)left : 1;
}

void
watch_pause(struct watch *watch)
{
	event_del(watch->event);
}

void
watch_resume(struct watch *watch)
{
	event_add(watch->event, NULL);
}

void
watch_free(struct watch *watch)
{
	if (watch == NULL)
		return;
	event_free(watch->event);
	free(watch);
}

uint64_t
clock_monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

double
clock_used(void)
{
	struct timespec used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

double
clock_wall(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}
