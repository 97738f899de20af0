/*
 * Content that this machine cannot lay out, whatever is tried: such a change steps out
 * of the line with the reason, and the line goes on. A real orch-commitd whose kernel
 * makes no link.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "commitd_fixture.h"
#include "protocol/mem.h"

#include "commitd_fixture.c"

/* Becomes a program for which a call fails with an errno. Git makes its links by another. */
static void
without_links(void *context, const char *path, char *const arguments[])
{
	const unsigned code = *(const unsigned *)context;
	struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_symlinkat, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | code),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { COUNT(rules), rules };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0)
		execv(path, arguments);
	_exit(127);
}

static void
begin(struct world *world, unsigned *code)
{
	prepare(world, BARE);
	world->execute = without_links;
	world->context = code;
	world->trees = true;
	world->verify_slots = 2;
	start(world);
	opened(world);
}

static void
passes(struct world *world, const struct msg_gate_wanted *wanted)
{
	link_send(&world->link, MSG_gate_verdict, 0, &(struct msg_gate_verdict){
	    .ticket = wanted->ticket, .tree = wanted->tree, .verdict = "PASS" });
}

/* In front and behind, where it is made again when it is first: that one alone is out. */
static void
only_it_is_refused(void **state)
{
	static const unsigned codes[] = { ENAMETOOLONG, EINVAL, ELOOP, ENOTDIR };
	const struct msg_ticket_conflict *said;
	const struct message *message;
	char good[41], bad[41], base[41];
	unsigned code;
	struct world world;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(codes); i++) {
		code = codes[i];
		begin(&world, &code);
		strcpy(base, world.tip);
		agent(&world, base, "ln -s a made", bad);
		agent(&world, base, "echo 1 >good", good);
		accept_result(&world, "good", base, good);
		accept_result(&world, "bad", base, bad);
		enqueue(&world, i % 2 == 0 ? 1 : 2, "bad", base, bad, true);
		enqueue(&world, i % 2 == 0 ? 2 : 1, "good", base, good, true);
		if (i % 2 == 1) {
			passes(&world, &expect(&world, MSG_gate_wanted)->gate_wanted);
			landed(&world, 1);
		}
		message = expect(&world, MSG_ticket_conflict);
		said = &message->ticket_conflict;
		assert_string_equal(said->task, "bad");
		assert_non_null(strstr(said->reason, "'made' cannot be made: "));
		assert_non_null(strstr(said->reason, strerror((int)code)));
		link_send(&world.link, MSG_ticket_void, 0,
		    &(struct msg_ticket_void){ .ticket = said->ticket });
		expect(&world, MSG_ticket_voided);
		if (i % 2 == 0) {
			passes(&world, &expect(&world, MSG_gate_wanted)->gate_wanted);
			landed(&world, 2);
		}
		check_tip(&world);
		teardown(&world);
	}
}

/* What the machine cannot do now is no fault of what it was given. */
static void
the_machine_is_no_reason(void **state)
{
	unsigned code = EIO;
	char bad[41], base[41];
	struct world world;

	(void)state;
	begin(&world, &code);
	strcpy(base, world.tip);
	agent(&world, base, "ln -s a made", bad);
	accept_result(&world, "bad", base, bad);
	enqueue(&world, 1, "bad", base, bad, true);
	expect(&world, MSG_project_failed);
	teardown(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_it_is_refused),
		cmocka_unit_test(the_machine_is_no_reason),
	};

#ifndef SYS_symlink
	puts("Git's own links cannot be told from commitd's here");
	return 77;
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
