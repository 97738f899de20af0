/*
 * Results that were made to do harm, one attack a test: each is refused with its
 * reason, nothing of it is left, and the good result after it lands. A real
 * orch-commitd with small limits; the attacks are in hostile_packs.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hostile_packs.h"
#include "commitd_fixture.h"
#include "protocol/mem.h"
#include "raw_pack.h"

/* Tests link one source each. */
#include "commitd_fixture.c"
#include "raw_pack.c"
#include "hostile_packs.c"

#define MEMORY_MOST	(192u << 10)	/* kB that commitd may ever have used */

static struct world the_world;

/* ---- the test of each ---- */

static char *
objects(struct world *world)
{
	return run(world, "cd state/projects/p/repository.git; find objects -type f | sort | sha1sum; "
	    "git for-each-ref | sha1sum");
}

/* A good result after it: that is what the attack must not have prevented. */
static void
lands(struct world *world)
{
	land_next(world, "good");
}

static void
attack_init(struct attack *attack, struct world *world)
{
	char *text = run(world, "git --git-dir=state/projects/p/repository.git rev-parse %s:",
	    world->tip);

	*attack = (struct attack){ .world = world };
	memcpy(attack->tree, text, RAW_OID);
	free(text);
	raw_begin(&attack->pack);
	raw_object(&attack->pack, RAW_BLOB, "x\n", 2, attack->blob);
}

static void
write_pack(struct world *world, const struct raw_pack *pack)
{
	char *path = str_format("%s/hostile", world->root);
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(pack->bytes.bytes, 1, pack->bytes.len, file), pack->bytes.len);
	assert_int_equal(fclose(file), 0);
	free(path);
}

/* Makes it, hands it over, and waits for what is said. */
static const struct message *
hand_over(struct world *world, void (*make)(struct attack *attack), enum message_id answer,
    char commit[RAW_OID])
{
	struct msg_result_accept result = { .attempt = ++world->attempt, .task = "hostile",
	    .number = world->attempt, .base = world->tip, .commit = commit };
	const struct message *message;
	struct attack attack;
	size_t len;

	attack_init(&attack, world);
	len = attack.pack.bytes.len;
	make(&attack);
	/* Those that are about the end of the pack have made it themselves. */
	if (attack.pack.bytes.len > len && attack.pack.bytes.bytes[11] == 0)
		raw_end(&attack.pack);
	write_pack(world, &attack.pack);
	strcpy(commit, attack.commit);
	assert_true(send_pack(world, &result, "hostile"));
	message = expect(world, answer);
	raw_release(&attack.pack);
	return message;
}

static void
check_nothing_left(struct world *world, const char *before)
{
	char *after = objects(world), *text;

	assert_string_equal(after, before);
	free(after);
	text = run(world, "ls state/projects/p/quarantine");
	assert_string_equal(text, "");
	free(text);
}

static void
is_refused(void **state)
{
	const struct row *row = *state;
	struct world *world = &the_world;
	char commit[RAW_OID], *before = objects(world);
	const struct msg_result_refused *refused = &hand_over(world, row->make, MSG_result_refused,
	    commit)->result_refused;

	/* The task is BLOCKED: nothing that could pass by itself. */
	if (!str_same(refused->error, "invalid") && !str_same(refused->error, "too-large"))
		fail_msg("refused as '%s': %s", refused->error, refused->reason);
	if (strstr(refused->reason, row->reason) == NULL)
		fail_msg("the reason does not say '%s': %s", row->reason, refused->reason);
	check_nothing_left(world, before);
	free(before);
	/* Every few: each costs as much as five attacks. */
	if ((row - rows) % 4 == 0)
		lands(world);
}


static void
is_landed(void **state)
{
	const struct row *row = *state;
	struct world *world = &the_world;
	char commit[RAW_OID], base[41];
	const struct message *message;

	strcpy(base, world->tip);
	message = hand_over(world, row->make, MSG_result_accepted, commit);
	assert_string_equal(message->result_accepted.commit, commit);
	enqueue(world, world->next, "hostile", base, commit, false);
	landed(world, world->next);
	check_tip(world);
	world->next++;
	lands(world);
}

/* ---- what is said of it ---- */

/* Names of files are in what is said, and only UTF-8 can be said. */
static void
says_names_that_are_no_text(void **state)
{
	char commit[RAW_OID], files[] = "d/**", *scope[] = { files, NULL };
	struct world *world = &the_world;
	struct msg_result_accept result = { .task = "hostile", .base = world->tip, .commit = commit,
	    .files = scope };
	const struct message *message;

	(void)state;
	result.attempt = result.number = ++world->attempt;
	agent(world, world->tip, "echo 1 >\"$(printf 'caf\\351')\"", commit);
	send_result(world, &result);
	message = expect(world, MSG_result_refused);
	assert_string_equal(message->result_refused.error, "permission");
	assert_string_equal(message->result_refused.reason, "outside its scope: caf?");
	lands(world);
}

static void
refuses_bases(void **state)
{
	static const char long_id[] = NOBODY "dddddddddddddddddddddddd";
	struct world *world = &the_world;
	char commit[RAW_OID], *foreign;
	struct msg_result_accept result = { .task = "hostile", .commit = commit };
	const struct { const char *base, *reason; } bases[] = {
		{ NOBODY, "is not on branch 'main'" },
		{ long_id, "an object id of another format" },
	};
	size_t i;

	(void)state;
	agent(world, world->tip, "echo 1 >one", commit);
	make_pack(world, world->tip, commit, "pack");
	for (i = 0; i < COUNT(bases); i++) {
		result.attempt = result.number = ++world->attempt;
		result.base = bases[i].base;
		assert_true(send_pack(world, &result, "pack"));
		assert_non_null(strstr(expect(world, MSG_result_refused)->result_refused.reason,
		    bases[i].reason));
	}
	/* A commit that is in the repository, and not on the branch: another attempt's. */
	foreign = run(world, "git --git-dir=state/projects/p/repository.git for-each-ref "
	    "--format='%%(objectname)' --count=1 refs/orch/attempts");
	result.attempt = result.number = ++world->attempt;
	result.base = foreign;
	assert_true(send_pack(world, &result, "pack"));
	assert_non_null(strstr(expect(world, MSG_result_refused)->result_refused.reason,
	    "is not on branch 'main'"));
	free(foreign);
	lands(world);
}

/* A pack of 1 TB of nothing: no more than the limit is ever copied. */
static void
does_not_copy_without_end(void **state)
{
	struct world *world = &the_world;
	char *before = objects(world), *path = str_format("%s/hostile", world->root);
	struct msg_result_accept result = { .task = "hostile", .base = world->tip,
	    .commit = world->tip };
	const struct message *message;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	(void)state;
	assert_int_equal(ftruncate(fd, (off_t)1 << 40), 0);
	close(fd);
	result.attempt = result.number = ++world->attempt;
	assert_true(send_pack(world, &result, "hostile"));
	message = expect(world, MSG_result_refused);
	assert_string_equal(message->result_refused.error, "too-large");
	assert_non_null(strstr(message->result_refused.reason, "limits.pack allows"));
	check_nothing_left(world, before);
	free(before);
	free(path);
	lands(world);
}

/* After all of it: whole, and commitd is the one that was started, and never was large. */
static void
stays_whole_and_small(void **state)
{
	struct world *world = &the_world;
	char *text = run(world, "git --git-dir=state/projects/p/repository.git fsck --strict "
	    "--no-dangling 2>&1");

	(void)state;
	assert_string_equal(text, "");
	free(text);
	text = run(world, "sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/%d/status",
	    (int)world->pid);

	print_message("commitd used %s kB at most\n", text);
	assert_true(strtoul(text, NULL, 10) > 0);
#ifndef __SANITIZE_ADDRESS__
	assert_true(strtoul(text, NULL, 10) < MEMORY_MOST);
#endif
	free(text);
}

/* ---- on worlds of their own ---- */

/* 300 small deltas, each on a large file of ours: made whole, the pack had 300 MB. */
static void
bases_are_not_multiplied(void **state)
{
	char commit[RAW_OID], oid[RAW_OID], *before, *line, *rest, *ids;
	const struct message *message;
	struct world world;
	struct attack attack;

	(void)state;
	setup(&world, "cd work; for i in $(seq 300); do head -c 1000000 /dev/zero | "
	    "openssl enc -aes-128-ctr -K 00 -iv $(printf %x $i) 2>/dev/null >large$i; done; "
	    "git add -A; git -c core.looseCompression=0 commit -qm large; cd ..;" BARE);
	world.pack_limit = world.object_limit = 1u << 16;
	opened(&world);
	before = objects(&world);
	ids = run(&world, "git --git-dir=state/projects/p/repository.git ls-tree main | "
	    "grep large | cut -d' ' -f3 | cut -f1");
	attack_init(&attack, &world);
	for (line = strtok_r(ids, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		struct buffer delta;

		buffer_init(&delta);
		raw_delta_sizes(&delta, 1000000, 64);
		raw_delta_copy(&delta, 0, 64);
		raw_delta_of(&attack.pack, line, &delta);
		buffer_release(&delta);
	}
	commit_good(&attack);
	raw_end(&attack.pack);
	write_pack(&world, &attack.pack);
	strcpy(commit, attack.commit);
	assert_true(send_pack(&world, &(struct msg_result_accept){ .attempt = 1, .task = "hostile",
	    .number = 1, .base = world.tip, .commit = commit }, "hostile"));
	message = expect(&world, MSG_result_refused);
	assert_string_equal(message->result_refused.error, "too-large");
	assert_non_null(strstr(message->result_refused.reason, "git was to write a file of more than"));
	check_nothing_left(&world, before);
	raw_release(&attack.pack);
	memcpy(oid, commit, RAW_OID);
	free(ids);
	free(before);
	lands(&world);
	teardown(&world);
}

/* A good commit on what was made: that is only in the middle of the history then. */
static void
hide(struct attack *attack)
{
	char tree[RAW_OID], *text;
	struct buffer bytes;

	buffer_init(&bytes);
	raw_entry(&bytes, "100644", "fine", attack->blob);
	raw_object(&attack->pack, RAW_TREE, bytes.bytes, bytes.len, tree);
	text = str_format("tree %s\nparent %s\nauthor " PERSON "\ncommitter " PERSON "\n\nfine\n",
	    tree, attack->commit);
	raw_object(&attack->pack, RAW_COMMIT, text, strlen(text), attack->commit);
	buffer_release(&bytes);
	free(text);
}

/* A file that no Git makes. */
static void
hidden_mode(struct attack *attack)
{
	commit_entry(attack, "100777", "hidden", attack->blob);
	hide(attack);
}

/* What is removed again is all that the next commit changes. */
static void
hidden_bomb(struct attack *attack)
{
	tree_bomb(attack);
	hide(attack);
}

static void
hidden_link(struct attack *attack)
{
	link_4096(attack);
	hide(attack);
}

static const struct row hidden[] = {
	{ "a mode", hidden_mode, "'hidden' has mode 100777, which Git does not know (in its commit " },
	{ "a link", hidden_link, "'link' is a link of more than 4095 bytes (in its commit " },
	{ "a tree bomb", hidden_bomb, "limits.files allows (in its commit " },
};

static void
is_looked_for(const char *method, enum message_id answer)
{
	const struct message *message;
	struct world world;
	char commit[RAW_OID];
	size_t i;

	setup(&world, BARE);
	world.method = method;
	world.files_limit = FILES_LIMIT;
	opened(&world);
	for (i = 0; i < COUNT(hidden); i++) {
		message = hand_over(&world, hidden[i].make, answer, commit);
		if (answer == MSG_result_refused &&
		    strstr(message->result_refused.reason, hidden[i].reason) == NULL)
			fail_msg("%s, by %s: %s", hidden[i].name, method, message->result_refused.reason);
	}
	lands(&world);
	teardown(&world);
}

/* Where the agent's commits land, each of them is looked at; where they do not, none. */
static void
looks_at_commits_that_land(void **state)
{
	(void)state;
	is_looked_for("squash", MSG_result_accepted);
	is_looked_for("rebase", MSG_result_refused);
	is_looked_for("merge", MSG_result_refused);
}

/* The lowest descriptor that commitd has not open. */
static unsigned
first_free(struct world *world)
{
	char *list = run(world, "ls /proc/%d/fd | sort -n", (int)world->pid), *line, *rest;
	unsigned lowest = 0;

	for (line = strtok_r(list, "\n", &rest); line != NULL && strtoul(line, NULL, 10) == lowest;
	    line = strtok_r(NULL, "\n", &rest))
		lowest++;
	free(list);
	return lowest;
}

/* A machine out of descriptors is never a result's fault, however few there are. */
static void
knows_a_machine_that_cannot(void **state)
{
	char commit[RAW_OID], base[41];
	struct msg_result_accept result = { .task = "t", .number = 1, .base = base,
	    .commit = commit };
	unsigned refused = 0, used;
	const struct msg_result_refused *said;
	struct rlimit all, few;
	struct world world;

	(void)state;
	setup(&world, BARE);
	opened(&world);
	lands(&world);
	strcpy(base, world.tip);
	agent(&world, base, "mkdir -p new/er; echo 1 >new/er/one; git mv d/c new/er", commit);
	make_pack(&world, base, commit, "pack");
	used = first_free(&world);
	assert_int_equal(prlimit(world.pid, RLIMIT_NOFILE, NULL, &all), 0);
	/* One for the pack, which does not arrive when there is none, and those of each step. */
	for (few = all, few.rlim_cur = used + 1;; few.rlim_cur++) {
		result.attempt = ++world.attempt;
		assert_int_equal(prlimit(world.pid, RLIMIT_NOFILE, &few, NULL), 0);
		assert_true(few.rlim_cur < used + 64);
		assert_true(send_pack(&world, &result, "pack"));
		assert_int_equal(receive(&world, MSG_result_accepted, WAIT_MS), ERROR_NONE);
		if (world.in.message.id == MSG_result_accepted)
			break;
		assert_int_equal(world.in.message.id, MSG_result_refused);
		said = &world.in.message.result_refused;
		if (!str_same(said->error, "system") && !str_same(said->error, "git"))
			fail_msg("with %u descriptors, '%s': %s", (unsigned)few.rlim_cur, said->error,
			    said->reason);
		refused++;
	}
	assert_int_equal(prlimit(world.pid, RLIMIT_NOFILE, &all, NULL), 0);
	print_message("refused %u times as the machine's fault, with %u to %u descriptors\n", refused,
	    used, (unsigned)few.rlim_cur);
	assert_true(refused > 0);
	enqueue(&world, world.next, "t", base, commit, false);
	landed(&world, world.next);
	teardown(&world);
}

static int
begin(void **state)
{
	(void)state;
	setup(&the_world, BARE);
	the_world.pack_limit = PACK_LIMIT;
	the_world.object_limit = OBJECT_LIMIT;
	the_world.files_limit = FILES_LIMIT;
	the_world.path_limit = PATH_LIMIT;
	opened(&the_world);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	teardown(&the_world);
	return 0;
}

int
main(void)
{
	static const struct CMUnitTest after[] = {
		cmocka_unit_test(says_names_that_are_no_text),
		cmocka_unit_test(refuses_bases),
		cmocka_unit_test(does_not_copy_without_end),
		cmocka_unit_test(stays_whole_and_small),
	};
	static const struct CMUnitTest alone[] = {
		cmocka_unit_test(bases_are_not_multiplied),
		cmocka_unit_test(looks_at_commits_that_land),
		cmocka_unit_test(knows_a_machine_that_cannot),
	};
	struct CMUnitTest tests[COUNT(rows) + COUNT(odd) + COUNT(after)];
	size_t i, count = 0;
	int failed;

	/* A pack that counts wrongly has its sum read as an object: always the same one. */
	setenv("GIT_AUTHOR_DATE", "@1700000000 +0000", 1);
	setenv("GIT_COMMITTER_DATE", "@1700000000 +0000", 1);
	for (i = 0; i < COUNT(rows); i++)
		tests[count++] = (struct CMUnitTest){ .name = rows[i].name, .test_func = is_refused,
		    .initial_state = (void *)(uintptr_t)&rows[i] };
	for (i = 0; i < COUNT(odd); i++)
		tests[count++] = (struct CMUnitTest){ .name = odd[i].name, .test_func = is_landed,
		    .initial_state = (void *)(uintptr_t)&odd[i] };
	memcpy(tests + count, after, sizeof(after));
	failed = _cmocka_run_group_tests("hostile packs", tests, COUNT(tests), begin, end);
	return failed + cmocka_run_group_tests(alone, NULL, NULL);
}
