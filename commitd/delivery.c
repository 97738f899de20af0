/* Commits on their way to the upstream: see delivery.h. */
#include "commitd/delivery.h"

#include <stdlib.h>
#include <string.h>

#include "commitd/tell.h"
#include "commitd/upstream.h"
#include "protocol/log.h"
#include "protocol/loop.h"
#include "protocol/mem.h"

#define WAIT_FIRST_MS	1000
#define WAIT_MOST_MS	60000
#define READ_MS		1000
#define REST_TIMES	3		/* what a push took, after it: what lands in a stream goes in groups ... */
#define REST_MOST_MS	200		/* ... but is not kept back for long */
#define SLOW_MS		30000	/* then a person is told, and it goes on */

bool
delivery_ready(const struct commitd *commitd)
{
	return commitd->delivery.state == DELIVERY_NONE &&
	    (int64_t)clock_monotonic() >= commitd->delivery.again;
}

unsigned
delivery_most(const struct commitd *commitd)
{
	unsigned most = commitd->delivery.most;

	return most == 0 || most > GROUP_MOST ? GROUP_MOST : most;
}

int
delivery_fd(const struct commitd *commitd)
{
	const struct delivery *delivery = &commitd->delivery;

	return delivery->state == DELIVERY_PUSH || delivery->state == DELIVERY_LOOK ?
	    delivery->child.pidfd : -1;
}

int
delivery_wait(const struct commitd *commitd)
{
	const struct delivery *delivery = &commitd->delivery;
	int64_t until = delivery_fd(commitd) == -1 ? delivery->again :
	    delivery->slow != 0 ? delivery->slow : delivery->child.end;
	int64_t left = until - (int64_t)clock_monotonic();

	/* What was due when the step began, it has seen; what became due since then, not. */
	if (delivery->state == DELIVERY_NONE && until <= commitd->stepped)
		return -1;

	/* What git says has to be read, or it waits for us. */
	if (delivery_fd(commitd) != -1 && left > READ_MS)
		return READ_MS;
	return left < 0 ? 0 : left > 3600000 ? 3600000 : (int)left;
}

static void
over(struct delivery *delivery)
{
	buffer_release(&delivery->said);
	free(delivery->why);
	delivery->why = NULL;
	delivery->state = DELIVERY_NONE;
}

void
delivery_stop(struct commitd *commitd)
{
	if (delivery_fd(commitd) != -1)
		git_end(&commitd->delivery.child);
	over(&commitd->delivery);
}

enum error
delivery_begin(struct commitd *commitd, const char *commit, struct buffer *why)
{
	struct delivery *delivery = &commitd->delivery;
	enum error error;

	/* The lease alone would let a push throw away what we do not stand on. */
	error = repository_find_ancestor(commitd->repository, commitd->upstream_tip, commit);
	if (error != ERROR_NONE && error != ERROR_UNKNOWN)
		return error;
	if (error == ERROR_UNKNOWN) {
		buffer_format(why, "%.12s does not stand on %.12s, the tip of branch '%s' of %s",
		    commit, commitd->upstream_tip, commitd->branch, commitd->upstream);
		return ERROR_STATE;
	}
	memmove(delivery->commit, commit, OID_TEXT);
	delivery->lost = false;
	buffer_init(&delivery->said);
	error = upstream_push_begin(commitd, commit, &delivery->child, &delivery->said);
	delivery->began = (int64_t)clock_monotonic();
	delivery->slow = delivery->began + SLOW_MS;
	if (error == ERROR_NONE)
		delivery->state = DELIVERY_PUSH;
	else
		buffer_release(&delivery->said);
	return error;
}

/* Longer each time; says so. */
static void
put_off(struct commitd *commitd, const char *what, const char *why, bool refused)
{
	struct delivery *delivery = &commitd->delivery;
	unsigned shift = delivery->failures < 6 ? delivery->failures : 6;
	int64_t wait = (int64_t)WAIT_FIRST_MS << shift;
	char *reason;

	if (wait > WAIT_MOST_MS)
		wait = WAIT_MOST_MS;
	delivery->failures++;
	delivery->again = (int64_t)clock_monotonic() + wait;
	reason = str_format("%s %s: %.*s", commitd->upstream, what, (int)strcspn(why, "\n"), why);
	log_warnx("event=stalled try=%u wait=%jdms why=%s", delivery->failures, (intmax_t)wait, reason);
	delivery->refusals += refused;
	tell_stalled(commitd, reason, (uint64_t)(wait / 1000), refused ? delivery->refusals : 0);
	free(reason);
}

/* No answer yet: says so when that takes long, once. */
static enum delivery_end
still_waits(struct commitd *commitd)
{
	struct delivery *delivery = &commitd->delivery;
	char *reason;

	if (delivery->slow == 0 || (int64_t)clock_monotonic() < delivery->slow)
		return DELIVERY_GOES_ON;
	delivery->slow = 0;
	reason = str_format("%s has not answered for %u seconds", commitd->upstream, SLOW_MS / 1000);
	log_warnx("event=slow why=%s", reason);
	tell_stalled(commitd, reason, 0, 0);
	free(reason);
	return DELIVERY_GOES_ON;
}

static enum delivery_end
look(struct commitd *commitd)
{
	struct delivery *delivery = &commitd->delivery;

	buffer_drop(&delivery->said, delivery->said.len);
	delivery->slow = (int64_t)clock_monotonic() + SLOW_MS;
	if (upstream_look_begin(commitd, &delivery->child, &delivery->said) == ERROR_NONE) {
		delivery->state = DELIVERY_LOOK;
		return DELIVERY_GOES_ON;
	}
	delivery->state = DELIVERY_WAIT;
	put_off(commitd, "cannot be looked at", "git could not be started", false);
	return DELIVERY_GOES_ON;
}

/* It went well: after one that did not, twice as many may go the next time. */
static void
arrived(struct delivery *delivery)
{
	delivery->failures = delivery->refusals = 0;
	delivery->most = delivery->most < GROUP_MOST ? 2 * delivery->most : 0;
}

/* Times what the push took: one costs about the same for one ticket as for some. */
static void
rest(struct delivery *delivery)
{
	int64_t now = (int64_t)clock_monotonic(), pause = REST_TIMES * (now - delivery->began);

	delivery->again = now + (pause < REST_MOST_MS ? pause : REST_MOST_MS);
}

static enum delivery_end
pushed(struct commitd *commitd)
{
	struct delivery *delivery = &commitd->delivery;
	enum error error = git_end(&delivery->child);

	if (error == ERROR_NONE) {
		memmove(commitd->upstream_tip, delivery->commit, OID_TEXT);
		upstream_settle(commitd);
		arrived(delivery);
		rest(delivery);
		over(delivery);
		return DELIVERY_ARRIVED;
	}
	/* Refused because somebody has changed over to the branch meanwhile? */
	commitd->checked_out = upstream_checked_out(commitd, buffer_text(&delivery->said));
	if (commitd->checked_out)
		delivery->most = 0;
	free(delivery->why);
	delivery->why = str_dup(delivery->said.len > 0 ? buffer_text(&delivery->said) : error_text(error));
	return look(commitd);
}

static enum delivery_end
rewritten(struct commitd *commitd, struct buffer *why)
{
	buffer_format(why, "branch '%s' of %s was rewritten: %.12s does not contain what it had "
	    "before, nor what landed (%.12s). Merge or rebase one onto the other; to go on from "
	    "where it is now, use another state folder", commitd->branch, commitd->upstream,
	    commitd->upstream_tip, commitd->tip);
	return DELIVERY_REWRITTEN;
}

/* How two commits stand to each other, as far as that can be found out now. */
struct place { bool ahead, behind, ours; };

static enum error
contains(struct commitd *commitd, const char *commit, const char *ancestor, bool *is)
{
	enum error error = repository_find_ancestor(commitd->repository, ancestor, commit);

	*is = error == ERROR_NONE;
	return error == ERROR_UNKNOWN ? ERROR_NONE : error;
}

static enum error
find_place(struct commitd *commitd, struct place *place)
{
	const char *now = commitd->upstream_tip, *commit = commitd->delivery.commit;
	enum error error = contains(commitd, now, commitd->tip, &place->ahead);

	if (error == ERROR_NONE)
		error = contains(commitd, commitd->tip, now, &place->behind);
	if (error == ERROR_NONE && commit[0] != '\0')
		error = contains(commitd, now, commit, &place->ours);
	return error;
}

/* Nothing was under way. */
static enum delivery_end
compared(struct commitd *commitd, const struct place *place, struct buffer *why)
{
	bool was_away = commitd->delivery.failures > 0 || commitd->delivery.slow == 0;

	commitd->delivery.failures = commitd->delivery.refusals;
	if (place->ahead && !place->behind)
		return DELIVERY_OVERTAKEN;
	/* Checked out, it may have a person's commits and lack ours: they merge them. */
	if (!commitd->checked_out && !place->behind)
		return rewritten(commitd, why);
	if (was_away && strcmp(commitd->stack.commit, commitd->tip) == 0)
		tell_tip(commitd);
	return DELIVERY_RETURNED;
}

/* The look has an answer: where is the branch now? */
static enum delivery_end
seen(struct commitd *commitd, const struct place *place, const char *before, struct buffer *why)
{
	struct delivery *delivery = &commitd->delivery;
	bool moved = strcmp(commitd->upstream_tip, before) != 0;

	if (delivery->commit[0] == '\0')
		return compared(commitd, place, why);
	if (place->ours) {
		upstream_settle(commitd);
		arrived(delivery);
		return DELIVERY_ARRIVED;
	}
	if (moved && place->ahead)
		return DELIVERY_OVERTAKEN;
	if (commitd->checked_out)
		return DELIVERY_CHECKED_OUT;
	if (moved)
		return rewritten(commitd, why);
	/* A push that did not get there was not refused. */
	if (delivery->lost) {
		delivery->failures = delivery->refusals;
		return DELIVERY_RETURNED;
	}
	/* It may be for one of them: those before that one go alone. */
	delivery->most = 1;
	put_off(commitd, "does not take what is to land", delivery->why, true);
	return DELIVERY_RETURNED;
}

static enum delivery_end
looked(struct commitd *commitd, struct buffer *why)
{
	struct delivery *delivery = &commitd->delivery;
	enum error error = git_end(&delivery->child);
	struct place place = { 0 };
	enum delivery_end end;
	char before[OID_TEXT];

	memcpy(before, commitd->upstream_tip, OID_TEXT);
	if (error == ERROR_NONE)
		error = upstream_look_end(commitd);
	if (error == ERROR_MOVED) {
		over(delivery);
		return rewritten(commitd, why);
	}
	if (error == ERROR_NONE)
		error = find_place(commitd, &place);
	if (error != ERROR_NONE) {
		memcpy(commitd->upstream_tip, before, OID_TEXT);
		delivery->lost = true;
		delivery->state = DELIVERY_WAIT;
		put_off(commitd, "cannot be reached", delivery->said.len > 0 ?
		    buffer_text(&delivery->said) : error_text(error), false);
		return DELIVERY_GOES_ON;
	}
	end = seen(commitd, &place, before, why);
	over(delivery);
	return end;
}

void
delivery_look(struct commitd *commitd)
{
	struct delivery *delivery = &commitd->delivery;

	delivery->asked = true;
	/* After a push that went well it may be too early for the next one, and not for this. */
	if (delivery->state != DELIVERY_NONE || (delivery->failures > 0 && !delivery_ready(commitd)))
		return;
	delivery->commit[0] = '\0';
	buffer_init(&delivery->said);
	look(commitd);
}

void
delivery_away(struct commitd *commitd, const char *why)
{
	struct delivery *delivery = &commitd->delivery;

	delivery->commit[0] = '\0';
	buffer_init(&delivery->said);
	delivery->state = DELIVERY_WAIT;
	put_off(commitd, "cannot be reached", why, false);
}

bool
delivery_looked(struct commitd *commitd)
{
	struct delivery *delivery = &commitd->delivery;

	if (!delivery->asked || delivery->state == DELIVERY_LOOK || delivery->state == DELIVERY_PUSH)
		return false;
	delivery->asked = false;
	return true;
}

enum delivery_end
delivery_check(struct commitd *commitd, struct buffer *why)
{
	struct delivery *delivery = &commitd->delivery;

	switch (delivery->state) {
	case DELIVERY_NONE:
		break;
	case DELIVERY_WAIT:
		if ((int64_t)clock_monotonic() >= delivery->again)
			return look(commitd);
		break;
	case DELIVERY_PUSH:
		return git_ended(&delivery->child, 0) ? pushed(commitd) : still_waits(commitd);
	case DELIVERY_LOOK:
		return git_ended(&delivery->child, 0) ? looked(commitd, why) : still_waits(commitd);
	}
	return DELIVERY_GOES_ON;
}
