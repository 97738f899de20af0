/*
 * An event as a sentence: see event_text.h. An event that is not known here,
 * from a newer supervisor, is shown by its name.
 */
#include "event_text.h"

#include "protocol/mem.h"

#define SHORT_OID	7

static void
add_reason(const struct msg_event *event, struct buffer *out, const char *before)
{
	if (event->reason == NULL || event->reason[0] == '\0')
		return;
	buffer_add_text(out, before);
	text_add(out, event->reason, 0);
}

static enum colour
task_start(const struct msg_event *event, struct buffer *out)
{
	buffer_format(out, "running (attempt %ju", (uintmax_t)event->attempt);
	if (event->slot != NULL)
		buffer_format(out, ", slot %s", event->slot);
	buffer_add_text(out, ")");
	return COLOUR_NONE;
}

static enum colour
task_attempt(const struct msg_event *event, struct buffer *out)
{
	buffer_format(out, "attempt %ju ended", (uintmax_t)event->attempt);
	add_reason(event, out, ": ");
	return COLOUR_DIM;
}

static enum colour
task_verify(const struct msg_event *event, struct buffer *out)
{
	buffer_add_text(out, "verifying");
	if (event->ticket != 0)
		buffer_format(out, " (ticket %ju)", (uintmax_t)event->ticket);
	return COLOUR_NONE;
}

static enum colour
task_land(const struct msg_event *event, struct buffer *out)
{
	buffer_format(out, "waits to land (ticket %ju)", (uintmax_t)event->ticket);
	return COLOUR_NONE;
}

static enum colour
task_complete(const struct msg_event *event, struct buffer *out)
{
	if (event->commit == NULL) {
		buffer_add_text(out, "complete, nothing to land");
		return COLOUR_GOOD;
	}
	buffer_format(out, "landed as %.*s", SHORT_OID, event->commit);
	if (event->ticket != 0)
		buffer_format(out, " (ticket %ju)", (uintmax_t)event->ticket);
	return COLOUR_GOOD;
}

static enum colour
run_end(const struct msg_event *event, struct buffer *out)
{
	buffer_format(out, "run ended: %ju complete, %ju blocked, %ju cancelled, %ju waiting",
	    (uintmax_t)event->complete, (uintmax_t)event->blocked,
	    (uintmax_t)event->cancelled, (uintmax_t)event->waiting);
	if (event->seconds > 0) {
		buffer_add_text(out, ", in ");
		text_add_seconds(out, event->seconds);
	}
	return COLOUR_NONE;
}

static enum colour
project_ready(const struct msg_event *event, struct buffer *out)
{
	buffer_add_text(out, "repository ready");
	if (event->commit != NULL)
		buffer_format(out, " at %.*s", SHORT_OID, event->commit);
	add_reason(event, out, ": ");
	return COLOUR_DIM;
}

/* Either a function or plain words with the reason behind them. */
static const struct sentence {
	const char *event;
	enum colour (*say)(const struct msg_event *event, struct buffer *out);
	const char *words;
	enum colour colour;
} sentences[] = {
	{ "task.added", NULL, "added", COLOUR_DIM },
	{ "task.start", task_start, NULL, COLOUR_NONE },
	{ "task.attempt", task_attempt, NULL, COLOUR_DIM },
	{ "task.verify", task_verify, NULL, COLOUR_NONE },
	{ "task.land", task_land, NULL, COLOUR_NONE },
	{ "task.ask", NULL, "waits for a person", COLOUR_BAD },
	{ "task.question", NULL, "its agent asks", COLOUR_BAD },
	{ "task.answered", NULL, "answered", COLOUR_GOOD },
	{ "task.progress", NULL, "says", COLOUR_DIM },
	{ "task.scope", NULL, "may write now", COLOUR_DIM },
	{ "task.scope_waits", NULL, "waits to write more", COLOUR_DIM },
	{ "task.scope_refused", NULL, "may not write more", COLOUR_BAD },
	{ "task.approved", NULL, "goes on", COLOUR_GOOD },
	{ "task.rework", NULL, "to be done again", COLOUR_BUSY },
	{ "task.retry", NULL, "to be tried again", COLOUR_BUSY },
	{ "task.later", NULL, "not yet", COLOUR_BUSY },
	{ "task.complete", task_complete, NULL, COLOUR_GOOD },
	{ "task.blocked", NULL, "BLOCKED", COLOUR_BAD },
	{ "task.escalated", NULL, "a person has to see to it", COLOUR_BAD },
	{ "task.cancel", NULL, "to be cancelled", COLOUR_BUSY },
	{ "task.cancelled", NULL, "cancelled", COLOUR_BAD },
	{ "run.start", NULL, "run started", COLOUR_DIM },
	{ "run.end", run_end, NULL, COLOUR_NONE },
	{ "gate.flaky", NULL, "flaky verify", COLOUR_BUSY },
	{ "project.ready", project_ready, NULL, COLOUR_DIM },
	{ "setup.start", NULL, "setup runs", COLOUR_DIM },
	{ "setup.done", NULL, "setup is done", COLOUR_DIM },
	{ "setup.failed", NULL, "what is to start waits", COLOUR_BAD },
	{ "setup.stopped", NULL, "setup was stopped", COLOUR_DIM },
	{ "admission.waits", NULL, "new attempts wait for room on the machine", COLOUR_BAD },
	{ "admission.goes_on", NULL, "there is room for new attempts again", COLOUR_GOOD },
	{ "attempt.frozen", NULL, "frozen", COLOUR_BUSY },
	{ "attempt.thawed", NULL, "goes on", COLOUR_GOOD },
	{ "mode.normal", NULL, "goes on", COLOUR_GOOD },
	{ "mode.paused", NULL, "PAUSED", COLOUR_BAD },
	{ "mode.draining", NULL, "DRAINING", COLOUR_BAD },
	{ "mode.halted", NULL, "HALTED", COLOUR_BAD },
	{ "agent.paused", NULL, "usage limit", COLOUR_BAD },
	{ "agent.resumed", NULL, "the usage limit is taken for over", COLOUR_GOOD },
	{ "project.failed", NULL, "cannot be opened, and is tried again", COLOUR_BAD },
	{ "project.stalled", NULL, "what is to land waits", COLOUR_BAD },
	{ "project.resumed", NULL, "what waited to land goes on", COLOUR_GOOD },
};

enum colour
event_text(const struct msg_event *event, struct buffer *out)
{
	size_t i;

	if (event->project != NULL)
		buffer_format(out, "%s%s ", event->project, event->task != NULL ? "" : ":");
	if (event->task != NULL)
		buffer_format(out, "%s: ", event->task);
	for (i = 0; i < COUNT(sentences); i++)
		if (str_same(sentences[i].event, event->event))
			break;
	if (i < COUNT(sentences) && sentences[i].say != NULL)
		return sentences[i].say(event, out);
	if (i == COUNT(sentences)) {
		if (event->slot != NULL)
			buffer_format(out, "slot %s: ", event->slot);
		text_add(out, event->event, 0);
	} else {
		buffer_add_text(out, sentences[i].words);
	}
	add_reason(event, out, ": ");
	return i == COUNT(sentences) ? COLOUR_DIM : sentences[i].colour;
}
