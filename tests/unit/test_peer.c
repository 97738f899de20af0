/*
 * One connection against a scripted other side: messages in order, replies,
 * descriptors beside the bytes, garbage of every kind, and the marks of the
 * queue.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "protocol/link.h"
#include "protocol/mem.h"
#include "protocol/peer.h"

struct seen {
	struct loop *loop;
	int hellos, statuses, closed, drained;
	char why[128];
};

static void
on_hello(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct seen *seen = context;

	(void)message;
	seen->hellos++;
	peer_reply(peer, MSG_hello, request, &(struct reply_hello){ .version = 1, .role = "supervisor" });
}

static void
on_status(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct seen *seen = context;

	(void)message;
	seen->statuses++;
	peer_fail(peer, request, ERROR_STATE, "not today");
}

static void
on_closed(void *context, struct peer *peer, const char *why)
{
	struct seen *seen = context;

	(void)peer;
	seen->closed++;
	snprintf(seen->why, sizeof(seen->why), "%s", why ? why : "");
	loop_stop(seen->loop);
}

static void
on_drained(void *context, struct peer *peer)
{
	struct seen *seen = context;

	(void)peer;
	seen->drained++;
}

static const struct peer_dispatch dispatch = {
	.handlers = { [MSG_hello] = on_hello, [MSG_status] = on_status },
	.on_closed = on_closed,
	.on_drained = on_drained,
};

/* Gives `bytes` to a fresh peer and closes; returns what it saw. */
static struct seen
play(const void *bytes, size_t len)
{
	struct seen seen = { .loop = loop_new() };
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	peer_new(seen.loop, pair[0], ROLE_SUPERVISOR, ROLE_CLIENT, "client", &dispatch, &seen);
	assert_int_equal(send(pair[1], bytes, len, 0), len);
	shutdown(pair[1], SHUT_WR);
	loop_run(seen.loop);
	close(pair[1]);
	loop_free(seen.loop);
	return seen;
}

static const struct wire client = { .self = ROLE_CLIENT, .other = ROLE_SUPERVISOR, .name = "test" };

static void
add_hello(struct buffer *out, uint64_t version)
{
	outgoing_message(&client, out, MSG_hello, 1, &(struct msg_hello){ .version = version, .role = "client" });
}

static void
test_requests(void **state)
{
	struct buffer out;
	struct seen seen;

	(void)state;
	buffer_init(&out);
	add_hello(&out, 1);
	outgoing_message(&client, &out, MSG_status, 2, &(struct msg_status){ .all = true });
	outgoing_message(&client, &out, MSG_status, 3, &(struct msg_status){ .all = true });
	seen = play(out.bytes, out.len);
	assert_int_equal(seen.hellos, 1);
	assert_int_equal(seen.statuses, 2);
	assert_int_equal(seen.closed, 1);
	assert_string_equal(seen.why, "");
	buffer_release(&out);
}

/* hello first, in our version, and only what a client may say. */
static void
test_order(void **state)
{
	struct buffer out;

	(void)state;
	buffer_init(&out);
	outgoing_message(&client, &out, MSG_status, 2, &(struct msg_status){ .all = true });
	assert_string_not_equal(play(out.bytes, out.len).why, "");
	buffer_release(&out);
	add_hello(&out, 2);
	assert_string_not_equal(play(out.bytes, out.len).why, "");
	buffer_release(&out);
	add_hello(&out, 1);
	outgoing_message(&client, &out, MSG_worker_ready, 0, &(struct msg_worker_ready){ .fence = 1 });
	assert_string_not_equal(play(out.bytes, out.len).why, "");
	buffer_release(&out);
}

/* Each costs neither memory nor time, and ends the connection with a reason. */
static void
test_hostile(void **state)
{
	static const struct { const char *bytes; size_t len; } rows[] = {
#define ROW(bytes) { bytes, sizeof(bytes) - 1 }
		ROW("\xdd\xff\xff\xff\xff"), ROW("\xdf\xff\xff\xff\xff"), ROW("\xdb\xff\xff\xff\xff"),
		ROW("\xc1"), ROW("\x93\x02\x03\x04"), ROW("\x01"), ROW("GET / HTTP/1.1\r\n\r\n"),
#undef ROW
	};
	unsigned char deep[10000];
	struct rusage before, after;
	struct buffer out;
	struct seen seen;
	size_t i;

	(void)state;
	memset(deep, 0x91, sizeof(deep));
	getrusage(RUSAGE_SELF, &before);
	for (i = 0; i < COUNT(rows); i++)
		assert_string_not_equal(play(rows[i].bytes, rows[i].len).why, "");
	assert_string_not_equal(play(deep, sizeof(deep)).why, "");
	/* Whoever has said hello is not trusted more. */
	for (i = 0; i < COUNT(rows); i++) {
		buffer_init(&out);
		add_hello(&out, 1);
		buffer_add(&out, rows[i].bytes, rows[i].len);
		seen = play(out.bytes, out.len);
		assert_int_equal(seen.hellos, 1);
		assert_string_not_equal(seen.why, "");
		buffer_release(&out);
	}
	getrusage(RUSAGE_SELF, &after);
	assert_true(after.ru_maxrss - before.ru_maxrss < 16 << 10);
}

static void
on_timer(void *context)
{
	loop_stop(((struct seen *)context)->loop);
}

/* Nothing is handled of one that is held, and all when it is let go; what is too much ends it. */
static void
test_hold(void **state)
{
	struct seen seen = { .loop = loop_new() };
	unsigned char many[200000];
	struct buffer out;
	struct watch *timer;
	struct peer *peer;
	int pair[2], bytes = 300000;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	peer = peer_new(seen.loop, pair[0], ROLE_SUPERVISOR, ROLE_CLIENT, "client", &dispatch, &seen);
	peer_limit(peer, 100000);
	peer_hold(peer, true);
	buffer_init(&out);
	add_hello(&out, 1);
	outgoing_message(&client, &out, MSG_status, 2, &(struct msg_status){ .all = true });
	assert_int_equal(send(pair[1], out.bytes, out.len, 0), out.len);
	timer = watch_timer(seen.loop, on_timer, &seen);
	watch_in(timer, 20);
	loop_run(seen.loop);
	assert_int_equal(seen.hellos + seen.statuses, 0);
	peer_hold(peer, false);
	/* The beginning of one text that never ends. */
	memset(many, 'x', sizeof(many));
	memcpy(many, "\x93\x02\xdb\x00\x10\x00\x00", 7);
	assert_int_equal(send(pair[1], many, sizeof(many), 0), sizeof(many));
	loop_run(seen.loop);
	assert_int_equal(seen.hellos, 1);
	assert_int_equal(seen.statuses, 1);
	assert_non_null(strstr(seen.why, "larger"));
	watch_free(timer);
	buffer_release(&out);
	close(pair[1]);
	loop_free(seen.loop);
}

/* A descriptor arrives with its own message, whatever is around it. */
static void
test_descriptors(void **state)
{
	static const struct peer_dispatch none = { .on_closed = on_closed };
	struct seen seen = { .loop = loop_new() };
	struct incoming in;
	struct link link;
	struct peer *peer;
	char byte;
	int pair[2], pipes[2], i;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	peer = peer_new(seen.loop, pair[0], ROLE_SUPERVISOR, ROLE_COMMITD, "commitd", &none, &seen);
	link_init(&link, pair[1], ROLE_COMMITD, ROLE_SUPERVISOR, "supervisor", true);
	peer_send(peer, MSG_hello, &(struct msg_hello){ .version = 1, .role = "supervisor" });
	for (i = 0; i < 3; i++) {
		char letter = (char)('a' + i);

		peer_send(peer, MSG_ticket_void, &(struct msg_ticket_void){ .ticket = 1, .fence = 1 });
		assert_int_equal(pipe(pipes), 0);
		assert_int_equal(write(pipes[1], &letter, 1), 1);
		close(pipes[1]);
		peer_send_take_fd(peer, MSG_result_accept, &(struct msg_result_accept){ .attempt = (uint64_t)i + 1,
		    .fence = 1, .task = "a", .number = 1, .pack = pipes[0],
		    .base = "0123456789012345678901234567890123456789",
		    .commit = "0123456789012345678901234567890123456789" }, pipes[0]);
	}
	for (i = 0; i < 7; i++) {
		assert_int_equal(link_receive(&link, &in, 1000), ERROR_NONE);
		if (in.message.id == MSG_result_accept) {
			assert_int_equal(read(in.message.result_accept.pack, &byte, 1), 1);
			assert_int_equal(byte, 'a' + (int)in.message.result_accept.attempt - 1);
			close(in.message.result_accept.pack);
		}
		incoming_release(&in);
	}
	link_release(&link);
	peer_free(peer);
	loop_free(seen.loop);
}

/* `peer` has a queue that fills; then the other side reads from `fd`. */
static void
fill_and_drain(struct seen *seen, struct peer *peer, int fd)
{
	static unsigned char bytes[OUTPUT_CHUNK_MAX];
	char sink[1 << 16];
	int count;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	for (count = 0; count < 1000 && !peer_full(peer); count++)
		peer_send(peer, MSG_log_chunk, &(struct msg_log_chunk){ .task = "a", .number = 1,
		    .bytes = { bytes, sizeof(bytes) } });
	assert_true(count >= 16 && count < 1000);
	while (seen->drained == 0) {
		while (read(fd, sink, sizeof(sink)) > 0)
			;
		loop_step(seen->loop);
	}
	assert_false(peer_full(peer));
}

/* Above the high mark the peer is full; when the other side reads it drains. */
static void
test_marks(void **state)
{
	struct seen seen = { .loop = loop_new() };
	struct peer *peer;
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	peer = peer_new(seen.loop, pair[0], ROLE_SUPERVISOR, ROLE_CLIENT, "client", &dispatch, &seen);
	fill_and_drain(&seen, peer, pair[1]);
	peer_free(peer);
	close(pair[1]);
	loop_free(seen.loop);
}

/* Who always lags behind costs no more than the marks say, however much goes through. */
static void
test_lagging(void **state)
{
	static unsigned char bytes[OUTPUT_CHUNK_MAX];
	struct seen seen = { .loop = loop_new() };
	struct rusage before, after;
	struct peer *peer;
	uint64_t sent = 0;
	char sink[1 << 12];
	int pair[2], drained;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	fcntl(pair[1], F_SETFL, O_NONBLOCK);
	peer = peer_new(seen.loop, pair[0], ROLE_SUPERVISOR, ROLE_CLIENT, "client", &dispatch, &seen);
	getrusage(RUSAGE_SELF, &before);
	while (sent < 128u << 20) {
		for (; !peer_full(peer); sent += sizeof(bytes))
			peer_send(peer, MSG_log_chunk, &(struct msg_log_chunk){ .task = "a", .number = 1,
			    .bytes = { bytes, sizeof(bytes) } });
		/* Until there is room again, and no further. */
		for (drained = seen.drained; seen.drained == drained; loop_step(seen.loop))
			while (read(pair[1], sink, sizeof(sink)) == sizeof(sink) && seen.drained == drained)
				;
	}
	getrusage(RUSAGE_SELF, &after);
	assert_true(after.ru_maxrss - before.ru_maxrss < 16 << 10);
	peer_free(peer);
	close(pair[1]);
	loop_free(seen.loop);
}

/* One pipe to read from and one to write to do as a socket does, and each end is seen. */
static void
test_pipes(void **state)
{
	struct seen seen = { .loop = loop_new() };
	int to[2], from[2];
	struct buffer out;
	struct peer *peer;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(to), 0);
	assert_int_equal(pipe(from), 0);
	peer = peer_new_streams(seen.loop, to[0], from[1], ROLE_SUPERVISOR, ROLE_CLIENT, "client",
	    &dispatch, &seen);
	buffer_init(&out);
	add_hello(&out, 1);
	outgoing_message(&client, &out, MSG_status, 2, &(struct msg_status){ .all = true });
	assert_int_equal(write(to[1], out.bytes, out.len), out.len);
	buffer_release(&out);
	while (seen.statuses == 0)
		loop_step(seen.loop);
	assert_int_equal(seen.hellos, 1);
	fill_and_drain(&seen, peer, from[0]);
	close(to[1]);
	loop_run(seen.loop);
	assert_int_equal(seen.closed, 1);
	assert_string_equal(seen.why, "");
	/* Nobody reads any more: what is sent does not end the process. */
	assert_int_equal(pipe(to), 0);
	close(from[0]);
	assert_int_equal(pipe(from), 0);
	peer = peer_new_streams(seen.loop, to[0], from[1], ROLE_SUPERVISOR, ROLE_CLIENT, "client",
	    &dispatch, &seen);
	close(from[0]);
	peer_send(peer, MSG_log_end, &(struct msg_log_end){ .task = "a", .number = 1 });
	loop_run(seen.loop);
	assert_int_equal(seen.closed, 2);
	close(to[1]);
	loop_free(seen.loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_hostile), cmocka_unit_test(test_hold),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_lagging),
		cmocka_unit_test(test_pipes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
