/* What the line has to be: see line_model.h. */
#include "line_model.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define GROUP_MOST	32	/* tickets in one push */

struct model model;
jmp_buf model_failure;
char model_why[512];
bool model_traced;

void
model_fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(model_why, sizeof(model_why), format, arguments);
	va_end(arguments);
	world.armed = false;
	longjmp(model_failure, 1);
}

void
trace(const char *format, ...)
{
	va_list arguments;

	if (!model_traced)
		return;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

#define entry_of(number)	(&model.entries[number])
#define each(number)		for (number = 1; number <= WORLD_TICKETS; number++)

void
model_begin(const struct commitd *commitd, size_t slots)
{
	model = (struct model){ .slots = slots, .window = 2 * slots, .most = GROUP_MOST,
	    .slow = -1, .commitd = commitd };
}

static bool
is_over(const struct entry *entry)
{
	return entry->landed || entry->is_void;
}

uint64_t
model_first(void)
{
	uint64_t number = 1;

	while (number <= WORLD_TICKETS && is_over(entry_of(number)))
		number++;
	return number;
}

static uint64_t
last_landed(void)
{
	uint64_t number, last = 0;

	each(number)
		if (entry_of(number)->landed)
			last = number;
	return last;
}

static bool
is_gated(const struct entry *entry)
{
	return world.results[entry->result].gate;
}

static bool
is_proved(const struct entry *entry)
{
	return entry->place == PLACE_MADE && (entry->passed || !is_gated(entry));
}

static void
forget_candidate(struct entry *entry)
{
	entry->place = PLACE_NONE;
	entry->asked = entry->passed = entry->red = false;
}

/* All behind have to be made anew. */
static void
clear_behind(uint64_t number)
{
	while (++number <= WORLD_TICKETS)
		if (entry_of(number)->place != PLACE_JUDGED)
			forget_candidate(entry_of(number));
}

/* What was under way is not on the branch. */
static void
returned(void)
{
	uint64_t number;

	each(number) {
		entry_of(number)->back = entry_of(number)->under_way;
		entry_of(number)->under_way = false;
	}
}

/* It is where it was to go, but for what was sent nowhere. */
static void
look_for_returned(const struct commitd *commitd, int there)
{
	uint64_t number;

	if (world.call != WORLD_IDLE || commitd->delivery.state != DELIVERY_NONE || commitd->checked_out)
		return;
	each(number)
		if (entry_of(number)->under_way && !world_has(there, entry_of(number)->commit)) {
			returned();
			return;
		}
}

/* What was not sent is back, though an old push of the same may have arrived late. */
void
model_failed(const struct commitd *commitd)
{
	if (model.unsent && world.call == WORLD_IDLE && commitd->delivery.state == DELIVERY_NONE &&
	    !commitd->checked_out)
		returned();
	else
		look_for_returned(commitd, world.upstream);
}

/* ---- what commitd does ---- */

void
watch_candidate(uint64_t number, int parent, int commit, int kind)
{
	struct entry *entry = entry_of(number), *before;
	int expected = WORLD_NONE;
	size_t made = 0;
	bool joins = entry->arrived && !is_gated(entry);
	world_tree tree;
	uint64_t at;

	/* Not there, and something joins those that are about to set off again. */
	for (at = model_first(); at < number; at++)
		if (entry_of(at)->under_way && world.call == WORLD_IDLE &&
		    model.commitd->delivery.state == DELIVERY_NONE && !model.commitd->checked_out &&
		    !world_has(world.fetched, entry_of(at)->commit)) {
			returned();
			break;
		}
	if (!entry->arrived || is_over(entry) || entry->under_way)
		model_fail("a candidate of %ju, which has nothing to land", (uintmax_t)number);
	if (entry->place != PLACE_NONE)
		model_fail("a candidate of %ju is made again without need", (uintmax_t)number);
	for (at = number - 1; at >= model_first(); at--) {
		before = entry_of(at);
		if (is_over(before) || before->place == PLACE_ASIDE)
			continue;
		if (before->place != PLACE_MADE)
			model_fail("a candidate of %ju, but %ju before it has none", (uintmax_t)number,
			    (uintmax_t)at);
		if (expected == WORLD_NONE)
			expected = before->commit;
		made += !before->under_way;
		joins = joins && is_proved(before) && !before->under_way;
	}
	if (expected == WORLD_NONE)
		expected = world.branch;
	if (parent != expected)
		model_fail("the candidate of %ju stands on %d, not on %d", (uintmax_t)number, parent,
		    expected);
	/* What needs no gate may join those that are about to set off. */
	if (made >= model.window && !(joins && (made < model.most || world.checked_out)))
		model_fail("the candidate of %ju is outside of the window of %zu", (uintmax_t)number,
		    model.window);
	if (world_merge(parent, entry->result, &tree) != kind ||
	    (commit != WORLD_NONE && (world.commits[commit].tree != tree ||
	    world.commits[commit].result != entry->result)))
		model_fail("the candidate of %ju is not its last result", (uintmax_t)number);
	entry->place = kind == 0 ? PLACE_MADE : PLACE_ASIDE;
	entry->commit = commit;
	entry->stood = parent;
	entry->fresh = true;
	entry->unwanted = false;
	trace("  candidate %d of %ju on %d: %s", commit, (uintmax_t)number, parent, kind == 0 ? "made" :
	    kind == 1 ? "conflict" : "empty");
}

/* Written down: on its way from here on. */
void
watch_listed(int commit)
{
	uint64_t number = world.commits[commit].ticket, at;
	struct entry *entry = entry_of(number);
	int expected = world.branch;

	trace("  listed %d of %ju", commit, (uintmax_t)number);
	model.unsent = true;
	/* Not there, and off again in the same step. */
	if (entry->under_way && world.call == WORLD_IDLE && !world_has(world.fetched, commit))
		returned();
	if (!is_proved(entry) || entry->commit != commit || entry->under_way || is_over(entry))
		model_fail("%ju sets off, and its tree was not proved", (uintmax_t)number);
	for (at = model_first(); at < number; at++)
		if (entry_of(at)->under_way)
			expected = entry_of(at)->commit;
		else if (!is_over(entry_of(at)))
			model_fail("%ju sets off before %ju", (uintmax_t)number, (uintmax_t)at);
	if (world.commits[commit].parent != expected)
		model_fail("%ju sets off, and does not stand on what is before it", (uintmax_t)number);
	if (entry->later)
		model_fail("%ju sets off again, though cancelled", (uintmax_t)number);
	entry->under_way = true;
}

void
watch_push(int commit)
{
	uint64_t number, last = 0;
	unsigned count = 0;

	trace("  push %d", commit);
	model.unsent = false;
	each(number)
		if (entry_of(number)->under_way) {
			last = number;
			count++;
			world.commits[entry_of(number)->commit].pushed = true;
		}
	if (world.now < model.not_before)
		model_fail("a push %jd ms too early", (intmax_t)(model.not_before - world.now));
	if (last == 0 || entry_of(last)->commit != commit)
		model_fail("what is pushed is not what was written down");
	for (number = last + 1; number <= WORLD_TICKETS && is_over(entry_of(number)); number++)
		;
	if (number <= WORLD_TICKETS && is_proved(entry_of(number)) &&
	    !entry_of(number)->later && count < model.most)
		model_fail("%ju is left behind, though proved", (uintmax_t)number);
	if (count > model.most)
		model_fail("%u in a push after one that was refused", count);
}

void watch_push_failed(void) { returned(); }

static void
landed(uint64_t number, int commit)
{
	struct entry *entry = entry_of(number);
	uint64_t at;
	bool late;

	if (entry->landed)
		model_fail("%ju landed twice", (uintmax_t)number);
	/* A push that was given up may have arrived all the same. */
	late = world.was_late && world.commits[commit].pushed;
	if (entry->is_void && !late)
		model_fail("%ju landed, and is void", (uintmax_t)number);
	if (!world.commits[commit].listed)
		model_fail("%ju landed without being written down", (uintmax_t)number);
	if (world.opening ? !world.commits[commit].pushed :
	    !late && (!entry->under_way || entry->commit != commit))
		model_fail("%ju landed and was not sent", (uintmax_t)number);
	for (at = 1; at < number; at++)
		if (!is_over(entry_of(at)))
			model_fail("%ju landed before %ju", (uintmax_t)number, (uintmax_t)at);
	if (last_landed() > number)
		model_fail("%ju landed after %ju", (uintmax_t)number, (uintmax_t)last_landed());
	entry->landed = true;
	entry->is_void = false;
	entry->landed_as = commit;
	entry->under_way = entry->later = false;
	forget_candidate(entry);
	model.window += model.window < 1000;
}

void
watch_branch(int from, int to)
{
	int path[1024], at, count = 0;
	bool foreign = false, any = false;

	trace("  branch %d -> %d", from, to);
	if (from == WORLD_NONE)
		return;
	model.moved = true;
	if (!world_has(to, from))
		model_fail("the branch moves from %d to %d, which is not on top of it", from, to);
	for (at = to; at != from && count < 1024; at = world.commits[at].parent)
		path[count++] = at;
	while (count-- > 0) {
		if (world.commits[path[count]].ticket != 0) {
			landed(world.commits[path[count]].ticket, path[count]);
			any = true;
		} else
			foreign = true;
	}
	if (any)
		model.most = model.most < GROUP_MOST ? 2 * model.most : GROUP_MOST;
	if (foreign) {
		returned();
		clear_behind(0);
	}
}

/* ---- what commitd says ---- */

static void
said_void(uint64_t number)
{
	struct entry *entry = entry_of(number);
	char blob[OID_TEXT];

	trace("  says %ju void", (uintmax_t)number);
	if (entry->landed)
		model_fail("%ju is said to be void, and landed", (uintmax_t)number);
	if (!entry->void_asked)
		model_fail("%ju is said to be void, and nobody asked for it", (uintmax_t)number);
	if (entry->under_way) {
		if (world.call != WORLD_IDLE || world_has(world.fetched, entry->commit))
			model_fail("%ju is said to be void while under way", (uintmax_t)number);
		returned();
	}
	world_oid(blob, 'b', 5);
	if (strcmp(world.tickets[number], blob) != 0 && last_landed() < number)
		model_fail("%ju is said to be void, and that is nowhere", (uintmax_t)number);
	if (!entry->is_void && entry->place == PLACE_MADE)
		clear_behind(number);
	forget_candidate(entry);
	entry->is_void = entry->told_void = entry->told = true;
	entry->later = false;
}

static void
said_landed(const struct msg_ticket_landed *said)
{
	struct entry *entry = entry_of(said->ticket);

	trace("  says %ju landed as %s", (uintmax_t)said->ticket, said->commit);
	if (!entry->landed || (int)world_number(said->commit) != entry->landed_as ||
	    !world_has(world.branch, entry->landed_as))
		model_fail("%ju is said to have landed", (uintmax_t)said->ticket);
	if (strcmp(said->verdict, world.results[world.commits[entry->landed_as].result].gate ?
	    "PASS" : "UNVERIFIED") != 0)
		model_fail("%ju is said to have landed with %s", (uintmax_t)said->ticket, said->verdict);
	entry->told_landed = entry->told = true;
}

static void
said_stuck(uint64_t number, const char *tip, bool red, const char *tree_text)
{
	struct entry *entry = entry_of(number);
	world_tree tree;
	int kind;

	trace("  says %ju %s", (uintmax_t)number, red ? "red" : "in conflict");
	if (number != model_first() || entry->place != PLACE_ASIDE)
		model_fail("%ju is judged, and not first in line or not aside", (uintmax_t)number);
	if (entry->stood != world.branch || (int)world_number(tip) != world.branch)
		model_fail("%ju is judged on %d, not on the tip %d", (uintmax_t)number, entry->stood,
		    world.branch);
	kind = world_merge(world.branch, entry->result, &tree);
	if (red != entry->red || red != (kind == 0) || (red && world_number(tree_text) != tree))
		model_fail("%ju is judged for what is not so", (uintmax_t)number);
	entry->place = PLACE_JUDGED;
	entry->told = true;
}

static void
said_gate(const struct msg_gate_wanted *said)
{
	struct entry *entry = entry_of(said->ticket);

	trace("  wants a gate for %ju", (uintmax_t)said->ticket);
	if (entry->place != PLACE_MADE || entry->passed || !is_gated(entry) || entry->under_way ||
	    world_number(said->tree) != world.commits[entry->commit].tree ||
	    (int)world_number(said->tip) != world.commits[entry->commit].parent)
		model_fail("a gate is wanted for %ju, which has none to pass", (uintmax_t)said->ticket);
	entry->asked = entry->told = true;
}

void
watch_sent(enum message_id id, const void *fields)
{
	const struct msg_project_opened *opened = fields;
	const struct msg_project_failed *failed = fields;
	const struct msg_project_stalled *stalled = fields;
	const struct msg_project_tip *tip = fields;
	const struct msg_gate_unwanted *unwanted = fields;
	const struct msg_ticket_voided *voided = fields;
	const struct msg_ticket_red *red = fields;
	const struct msg_ticket_conflict *conflict = fields;

	switch (id) {
	case MSG_project_opened:
		model.opened = true;
		model.opened_next = opened->next;
		model.told_tip = (int)world_number(opened->tip);
		break;
	case MSG_project_failed:
		model.failed = true;
		model.again = failed->again;
		snprintf(model.why, sizeof(model.why), "%s", failed->reason);
		break;
	case MSG_project_stalled:
		trace("  stalled: %s", stalled->reason);
		model.not_before = world.now + (int64_t)stalled->seconds * 1000;
		if (world.call != WORLD_IDLE)
			model.slow = world.began;
		if (stalled->refused) {
			model.most = 1;
			returned();
		}
		break;
	case MSG_project_looked:
		trace("  looked");
		if (!model.looking || world.call != WORLD_IDLE)
			model_fail("a look is said to be over, and is not");
		if (model.told_tip != world.branch)
			model_fail("a look is said to be over before the tip that it found");
		model.looking = false;
		break;
	case MSG_project_tip:
		if ((int)world_number(tip->tip) != world.branch)
			model_fail("the tip is said to be %s", tip->tip);
		model.told_tip = world.branch;
		break;
	case MSG_gate_wanted:
		said_gate(fields);
		break;
	case MSG_gate_unwanted:
		trace("  wants no gate for %ju", (uintmax_t)unwanted->ticket);
		entry_of(unwanted->ticket)->unwanted = true;
		break;
	case MSG_ticket_landed:
		said_landed(fields);
		break;
	case MSG_ticket_voided:
		said_void(voided->ticket);
		break;
	case MSG_ticket_red:
		said_stuck(red->ticket, red->tip, true, red->tree);
		break;
	case MSG_ticket_conflict:
		if (strncmp(conflict->reason, "the result ", 11) == 0)
			entry_of(conflict->ticket)->refused = true;
		else
			said_stuck(conflict->ticket, conflict->tip, false, NULL);
		break;
	default:
		model_fail("message %d was not expected", (int)id);
	}
}

/* ---- what commitd is told ---- */

void
model_step(void)
{
	uint64_t number;

	each(number) {
		struct entry *entry = entry_of(number);

		entry->told = entry->unwanted = entry->refused = entry->fresh = false;
		entry->back = false;
	}
	model.opened = model.failed = model.moved = model.unsent = false;
	model.faults = world.faults;
}

void
model_enqueued(uint64_t number, int result)
{
	struct entry *entry = entry_of(number);

	if (entry->refused) {
		if (world.faults == model.faults)
			model_fail("the result of %ju is refused", (uintmax_t)number);
		return;
	}
	if (is_over(entry)) {
		if (!entry->told)
			model_fail("%ju is over, and that is not said again", (uintmax_t)number);
		return;
	}
	if (entry->under_way || (entry->arrived && entry->result == result &&
	    entry->place != PLACE_JUDGED))
		return;
	if (entry->place != PLACE_NONE)
		clear_behind(number);
	forget_candidate(entry);
	entry->arrived = true;
	entry->result = result;
}

void
model_voided(uint64_t number)
{
	struct entry *entry = entry_of(number);

	if (entry->under_way)
		entry->later = true;
	else if (!entry->told && world.faults == model.faults)
		model_fail("%ju is to be void, and nothing is said", (uintmax_t)number);
}

void
model_verdict(uint64_t number, world_tree tree, bool pass)
{
	struct entry *entry = entry_of(number);

	if (entry->place != PLACE_MADE || !entry->asked || world.commits[entry->commit].tree != tree)
		return;
	entry->asked = false;
	if (pass) {
		entry->passed = true;
		return;
	}
	entry->red = true;
	entry->place = PLACE_ASIDE;
	clear_behind(number);
	model.window = model.window / 2 > model.slots ? model.window / 2 : model.slots;
}

/* ---- what holds after each step ---- */

static bool
is_same(const struct entry *entry, enum ticket_state state)
{
	if (entry->landed)
		return state == TICKET_LANDED;
	if (entry->is_void)
		return state == TICKET_VOID;
	if (entry->under_way)
		return state == TICKET_LANDING;
	switch (entry->place) {
	case PLACE_NONE:
		return state == (entry->arrived ? TICKET_WAITING : TICKET_ABSENT);
	case PLACE_MADE:
		if (!is_gated(entry))
			return state == TICKET_MERGED || state == TICKET_PROVED;
		return state == (entry->passed ? TICKET_PROVED : entry->asked ? TICKET_GATING :
		    TICKET_MERGED);
	case PLACE_ASIDE:
		return state == TICKET_ASIDE;
	case PLACE_JUDGED:
		return state == TICKET_STUCK;
	}
	return false;
}

static void
compare(const struct queue *queue, uint64_t number)
{
	const struct ticket *ticket = queue_find(queue, number);
	struct entry *entry = entry_of(number);
	enum ticket_state state = ticket != NULL ? ticket->state :
	    number < queue_next(queue) ? TICKET_VOID : TICKET_ABSENT;
	char pin[OID_TEXT];

	if (!is_same(entry, state))
		model_fail("%ju is %s and should be: landed=%d void=%d under_way=%d place=%d arrived=%d "
		    "asked=%d passed=%d", (uintmax_t)number, ticket_state_name(state), entry->landed,
		    entry->is_void, entry->under_way, entry->place, entry->arrived, entry->asked,
		    entry->passed);
	if (entry->later && entry->back && !is_over(entry) && world.faults == model.faults)
		model_fail("%ju came back, and is not void though cancelled", (uintmax_t)number);
	if (ticket != NULL && !is_over(entry) && ticket->cancelled != entry->later)
		model_fail("%ju: whether it is cancelled is not known any more", (uintmax_t)number);
	if (entry->unwanted && entry->place == PLACE_MADE)
		model_fail("%ju is made anew, and nothing before it has changed", (uintmax_t)number);
	if (entry->arrived && !is_over(entry)) {
		world_oid(pin, 'e', (uint64_t)entry->result);
		if (strcmp(world.tickets[number], pin) != 0 && world.faults == model.faults)
			model_fail("the result of %ju is not pinned", (uintmax_t)number);
	}
	entry->unwanted = false;
}

void
model_settle(const struct commitd *commitd, bool stepped)
{
	uint64_t number = model_first();
	struct entry *first = entry_of(number);

	if (stepped)
		look_for_returned(commitd, world.fetched);
	if (commitd->checked_out)
		model.most = GROUP_MOST;
	/* One that stepped aside just now is the next step's. */
	if (stepped && number <= WORLD_TICKETS && first->place == PLACE_ASIDE && !first->fresh) {
		if (first->stood == world.branch)
			model_fail("%ju is first in line and is not judged", (uintmax_t)number);
		clear_behind(number - 1);
	}
	if (queue_next(commitd->queue) != number)
		model_fail("the first in line is %ju, not %ju", (uintmax_t)queue_next(commitd->queue),
		    (uintmax_t)number);
	each(number)
		compare(commitd->queue, number);
	if (queue_window(commitd->queue) != model.window)
		model_fail("the window is %zu, not %zu", queue_window(commitd->queue), model.window);
	if (model.window < model.slots)
		model_fail("the window is less than the slots");
}

void
model_quiet(const struct commitd *commitd)
{
	uint64_t number = model_first();
	const struct entry *entry = entry_of(number);
	bool ready = commitd->delivery.state == DELIVERY_NONE && world.now >= commitd->delivery.again;
	size_t made = 0;

	if (model.told_tip != world.branch)
		model_fail("nobody was told the tip");
	if (world.call != WORLD_IDLE && !world.answered && world.now >= world.began + 30000 &&
	    model.slow != world.began)
		model_fail("a call takes %jd ms, and nobody is told", (intmax_t)(world.now - world.began));
	if (number > WORLD_TICKETS)
		return;
	if (entry->place == PLACE_ASIDE || (is_proved(entry) && !entry->under_way && ready))
		model_fail("%ju is first in line and ready, and nothing is done", (uintmax_t)number);
	for (; number <= WORLD_TICKETS && made < model.window; number++) {
		entry = entry_of(number);
		if (is_over(entry) || entry->place == PLACE_ASIDE || entry->under_way)
			continue;
		if (!entry->arrived || entry->place == PLACE_JUDGED)
			return;
		if (entry->place == PLACE_NONE)
			model_fail("%ju is in the window, and nothing is done", (uintmax_t)number);
		if (is_gated(entry) && !entry->asked && !entry->passed)
			model_fail("%ju has a candidate, and no gate is asked for", (uintmax_t)number);
		made++;
	}
}

/* ---- what is left after a crash ---- */

void
model_dead(void)
{
	uint64_t number, last = last_landed();
	char blob[OID_TEXT];

	model.not_before = 0;
	model.looking = false;
	model.most = GROUP_MOST;
	world_oid(blob, 'b', 5);
	each(number) {
		struct entry *entry = entry_of(number);

		forget_candidate(entry);
		entry->arrived = entry->under_way = entry->later = false;
		entry->is_void = !entry->landed &&
		    (number < last || strcmp(world.tickets[number], blob) == 0);
		if (entry->told_void && !entry->is_void && !entry->landed)
			model_fail("%ju was said to be void, and that is lost", (uintmax_t)number);
	}
}

void
model_opened(void)
{
	/* What was under way may have arrived; so may voids below it be gone. */
	model_dead();
	model.window = 2 * model.slots;
	if (model.opened_next != model_first())
		model_fail("the line goes on at %ju, not at %ju", (uintmax_t)model.opened_next,
		    (uintmax_t)model_first());
}
