/* The supervisor of the line under test: see line_driver.h. */
#include "line_driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commitd/delivery.h"
#include "commitd/land.h"
#include "commitd/on_supervisor.h"
#include "commitd/project.h"
#include "commitd/trailers.h"
#include "protocol/log.h"
#include "protocol/mem.h"

#define FAILURES_MOST	5u	/* as in main.c */
#define PATIENCE	4000u	/* rounds until a line that is answered everything has to end */

struct driver driver;
static char directory[] = "/tmp/queue_random.XXXXXX";

/* ---- the process ---- */

/* A handler or a step has given the project up: that must be for a while only. */
static bool
is_closed(void)
{
	if (driver.commitd.queue != NULL)
		return false;
	if (model.failed) {
		if (!model.again)
			model_fail("given up for good: %s", model.why);
		model_dead();
	}
	return true;
}

static void
start_process(void)
{
	driver.commitd = (struct commitd){ .lock_fd = -1, .landings.fd = -1, .name = "p",
	    .directory = directory };
	merge_init(&driver.commitd.merge, NULL);
	driver.failures = 0;
}

static void
end_process(void)
{
	project_close(&driver.commitd);
	if (driver.commitd.lock_fd != -1)
		close(driver.commitd.lock_fd);
	merge_release(&driver.commitd.merge);
}

static void
remove_directory(void)
{
	char lock[sizeof(directory) + 8];

	snprintf(lock, sizeof(lock), "%s/lock", directory);
	unlink(lock);
	rmdir(directory);
}

void
driver_init(void)
{
	if (mkdtemp(directory) == NULL)
		fatal("%s", directory);
	log_init("commitd", LOG_LEVEL_ERROR);
	atexit(remove_directory);
}

void
driver_begin(uint64_t seed, size_t slots)
{
	uint64_t events = driver.events;

	world_begin(seed);
	model_begin(&driver.commitd, slots);
	driver = (struct driver){ .events = events };
	start_process();
}

void
driver_end(void)
{
	world.armed = false;
	end_process();
	world_end();
}

void
driver_die(void)
{
	world.armed = world.opening = false;
	trace("# dead");
	end_process();
	model_dead();
	start_process();
}

void
say_enqueue(uint64_t number)
{
	static const char *const words[] = { "Change\n", "Change\n\nOrch-Ticket: 1\nOrch-Line: x\n",
	    "Orch-Task: t\nOrch-Ticket: 9\n", "Fix\n\nSigned-off-by: A <a@b>\n" };
	char task[16], base[OID_TEXT], commit[OID_TEXT];
	const struct row *row = &driver.rows[number];
	const struct world_result *result = &world.results[row->result];
	struct message message = { .id = MSG_ticket_enqueue };

	snprintf(task, sizeof(task), "t%ju", (uintmax_t)number);
	world_oid(base, 'c', (uint64_t)result->base);
	world_oid(commit, 'e', (uint64_t)row->result);
	message.ticket_enqueue = (struct msg_ticket_enqueue){ .ticket = number, .task = task,
	    .base = base, .commit = commit, .commits = 1, .agent = "robot",
	    .message = words[row->result % 4], .gate = result->gate, .epoch = result->epoch };
	trace("enqueue %ju result=%d base=%d tree=%jx gate=%d", (uintmax_t)number, row->result,
	    result->base, (uintmax_t)result->tree, result->gate);
	model_step();
	on_ticket_enqueue(&driver.commitd, &message);
	if (is_closed())
		return;
	model_enqueued(number, row->result);
	model_settle(&driver.commitd, false);
}

void
say_void(uint64_t number)
{
	struct message message = { .id = MSG_ticket_void, .ticket_void.ticket = number };

	trace("void %ju", (uintmax_t)number);
	model_step();
	model.entries[number].void_asked = true;
	on_ticket_void(&driver.commitd, &message);
	if (is_closed())
		return;
	model_voided(number);
	model_settle(&driver.commitd, false);
}

void
say_verdict(uint64_t number, const char *tree, bool pass)
{
	char task[16];
	struct message message = { .id = MSG_gate_verdict };

	snprintf(task, sizeof(task), "t%ju", (uintmax_t)number);
	message.gate_verdict.ticket = number;
	message.gate_verdict.verdict = pass ? "PASS" : world_chance(4) ? "TIMEOUT" : "FAIL";
	message.gate_verdict.tree = tree;
	trace("verdict %ju tree=%jx %s", (uintmax_t)number, (uintmax_t)world_number(tree),
	    message.gate_verdict.verdict);
	model_step();
	if (driver.commitd.queue != NULL)
		model_verdict(number, world_number(tree), pass);
	on_gate_verdict(&driver.commitd, &message);
	if (driver.commitd.queue != NULL)
		model_settle(&driver.commitd, false);
}

void
say_look(void)
{
	trace("look");
	model_step();
	model.looking = driver.commitd.queue != NULL;
	on_project_look(&driver.commitd, &(struct message){ .id = MSG_project_look });
}

void
driver_open(void)
{
	struct message message = { .id = MSG_project_open };
	uint64_t number;

	message.project_open = (struct msg_project_open){ .project = "p", .upstream = "upstream",
	    .branch = "main", .method = "squash", .verify_slots = model.slots };
	trace("open");
	model_step();
	world.opening = true;
	on_project_open(&driver.commitd, &message);
	world.opening = false;
	if (model.failed) {
		if (!model.again)
			model_fail("not to be opened again: %s", model.why);
		model_dead();
		return;
	}
	model_opened();
	model_settle(&driver.commitd, false);
	for (number = 1; number <= driver.drawn; number++)
		if (driver.rows[number].state == ROW_VOID && number >= model.opened_next)
			say_void(number);
		else if (driver.rows[number].state == ROW_WAITING && !model.entries[number].told_landed)
			say_enqueue(number);
}

/* The step failed: as main.c does it. */
static void
failed(enum error error, struct buffer *why)
{
	trace("# failed: %s %s", error_wire(error), buffer_text(why));
	if (error != ERROR_STATE && error != ERROR_MOVED && ++driver.failures < FAILURES_MOST)
		return;
	if (error == ERROR_MOVED)
		error = ERROR_GIT;
	project_fail(&driver.commitd, why->len > 0 ? buffer_text(why) : "landing failed", error);
	if (!model.again)
		model_fail("given up for good: %s", error_wire(error));
	driver.failures = 0;
	model_dead();
}

/* It knows that the upstream is ahead of the branch. */
static bool
is_behind(void)
{
	return driver.commitd.queue != NULL && world.call == WORLD_IDLE &&
	    world_has((int)world_number(driver.commitd.upstream_tip), world.branch) &&
	    (int)world_number(driver.commitd.upstream_tip) != world.branch;
}

bool
driver_step(void)
{
	struct buffer why;
	enum error error;
	bool more, moved = false;

	do {
		buffer_init(&why);
		model_step();
		error = land_step(&driver.commitd, &more, &why);
		moved = moved || model.moved || is_behind();
		if (error != ERROR_NONE)
			failed(error, &why);
		if (error != ERROR_NONE && driver.commitd.queue != NULL)
			model_failed(&driver.commitd);
		buffer_release(&why);
		/* What the branch has and the line does not know yet could not be compared. */
	} while (error != ERROR_NONE && moved && driver.commitd.queue != NULL);
	if (error != ERROR_NONE)
		return true;
	driver.failures = 0;
	model_settle(&driver.commitd, true);
	if (!more)
		model_quiet(&driver.commitd);
	return more;
}

void
driver_attempt(void (*act)(const void *argument), const void *argument, bool open)
{
	if (setjmp(world.death) != 0) {
		driver_die();
		return;
	}
	world.armed = true;
	if (open && driver.commitd.queue == NULL)
		driver_open();
	else
		act(argument);
	world.armed = false;
}

/* ---- answers ---- */

int
driver_result(void)
{
	struct world_result result = { .base = world.branch, .gate = !world_chance(8),
	    .epoch = world_chance(2) ? 1 : 0 };
	unsigned changes = 1 + world_below(2), file;

	/* Some are older than the tip. */
	while (world.commits[result.base].parent != WORLD_NONE && world_chance(3))
		result.base = world.commits[result.base].parent;
	result.tree = world.commits[result.base].tree;
	while (changes-- > 0) {
		file = 8 * world_below(8);
		result.tree = (result.tree & ~((world_tree)0xff << file)) |
		    (world_tree)world_below(6) << file;
	}
	return world_result(&result);
}

/* The tests of a tree: always the same, but for the flaky ones. */
static bool
passes(world_tree tree)
{
	return (tree * 0x9e3779b97f4a7c15u >> 32) % 100 >= driver.red &&
	    (driver.draining || !world_chance(driver.flaky));
}

static uint64_t
asked(void)
{
	uint64_t number = 1 + world_below(driver.drawn), count;

	for (count = 0; count < driver.drawn; count++, number = number % driver.drawn + 1)
		if (model.entries[number].asked && driver.commitd.queue != NULL)
			return number;
	return 0;
}

void
answer_gate(void)
{
	uint64_t number = driver.drawn == 0 ? 0 : asked();
	char tree[OID_TEXT];

	if (number == 0)
		return;
	world_oid(tree, 'a', world.commits[model.entries[number].commit].tree);
	strcpy(driver.verdicts[driver.verdict_count++ % COUNT(driver.verdicts)], tree);
	say_verdict(number, tree, passes(world_number(tree)));
}

void
push_foreign(void)
{
	struct trailers trailers = { .attempt = "1", .agent = "robot", .verdict = "PASS",
	    .ticket = 1 + world_below(driver.tickets + 2), .task = "forged" };
	struct buffer message;
	unsigned kind = world_below(4);

	/* A branch without what landed, or with more than what landed unseen, ends it in words. */
	if (world.checked_out || driver.commitd.checked_out ||
	    (world.branch != WORLD_NONE && !world_has(world.upstream, world.branch)))
		return;
	buffer_init(&message);
	world_oid(trailers.line, 'c', kind == 1 ? 77u : (uint64_t)(world.line < 0 ? 0 : world.line));
	if (kind == 0)
		buffer_format(&message, "By hand %u\n", world_below(1000));
	else
		trailers_write(&message, "Forged\n", 7, &trailers);
	world_foreign(buffer_text(&message));
	buffer_release(&message);
	trace("foreign %d ticket=%ju line=%s", world.upstream, (uintmax_t)(kind ? trailers.ticket : 0),
	    kind == 1 ? "another" : "ours");
}

void
answer_call(bool well, bool late)
{
	static const char *const words[] = { "good", "lost", "bad", "late" };
	enum world_answer answer = well ? ANSWER_GOOD : world_chance(2) ? ANSWER_GOOD :
	    (enum world_answer)world_below(late ? 4 : 3);

	if (world.call == WORLD_IDLE || world.answered)
		return;
	trace("answer to a %s: %s, upstream %d, pushed %d on %d", world.call == WORLD_PUSH ? "push" : "look",
	    words[answer], world.upstream, world.pushed, world.lease);
	world_answer(answer);
}

/* ---- the end ---- */

/* Everything is answered, nothing goes wrong any more: does the line end? */
static void
answer_everything(void)
{
	uint64_t number = model_first();
	struct row *row;

	if (driver.commitd.queue == NULL)
		driver_open();
	world.now += 70000;
	while (driver.commitd.queue != NULL && driver_step())
		if (++driver.events && world.commit_count > 900)
			model_fail("the line makes candidates without end");
	answer_call(true, false);
	answer_gate();
	if (number > driver.tickets)
		return;
	row = &driver.rows[number];
	if (driver.drawn < number)
		driver.drawn = (unsigned)number;
	if (row->state == ROW_FREE || row->state == ROW_DRAWN) {
		*row = (struct row){ ROW_WAITING, driver_result(), 0 };
		say_enqueue(number);
	} else if (row->state == ROW_VOID)
		say_void(number);
	else if (!model.entries[number].arrived)
		say_enqueue(number);
	else if (model.entries[number].place == PLACE_JUDGED) {
		if (row->tries++ < 2) {
			row->result = driver_result();
			say_enqueue(number);
		} else {
			row->state = ROW_VOID;
			say_void(number);
		}
	}
}

/* What was said has to be what is there. */
static void
check_end(void)
{
	uint64_t number;
	int at = world.branch, last = (int)WORLD_TICKETS + 1;

	for (number = 1; number <= driver.tickets; number++) {
		const struct entry *entry = &model.entries[number];

		if (entry->landed && !world_has(world.branch, entry->landed_as))
			model_fail("%ju landed and is gone", (uintmax_t)number);
		if (entry->landed == entry->is_void)
			model_fail("%ju neither landed nor is void", (uintmax_t)number);
	}
	for (; at != WORLD_NONE; at = world.commits[at].parent)
		if (world.commits[at].ticket != 0) {
			if ((int)world.commits[at].ticket >= last)
				model_fail("%d is out of order on the branch", (int)world.commits[at].ticket);
			last = (int)world.commits[at].ticket;
		}
}

void
driver_drain(void)
{
	unsigned patience = PATIENCE;

	driver.draining = true;
	world.fails = world.dies = 0;
	world.late = WORLD_NONE;
	trace("# from here on everything is answered");
	while (model_first() <= driver.tickets || world.call != WORLD_IDLE || model.looking) {
		if (patience-- == 0)
			model_fail("the line stands still at %ju", (uintmax_t)model_first());
		driver.events++;
		answer_everything();
	}	check_end();
}
