/* The trailers of a commit: see trailers.h. Decides bytes only. */
#include "commitd/trailers.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "protocol/mem.h"

#define CUT		"# ------------------------ >8 ------------------------\n"
#define PASSES_MOST	20u		/* over a message; nobody writes so many trailers of ours */

struct span { const char *bytes; size_t len; };

/* Length of the line at `at`, its newline included. */
static size_t
line_len(struct span text, size_t at)
{
	const char *newline = memchr(text.bytes + at, '\n', text.len - at);

	return newline == NULL ? text.len - at : (size_t)(newline - text.bytes) - at + 1;
}

static bool
blank(const char *line, size_t len)
{
	while (len > 0 && isspace((unsigned char)line[len - 1]))
		len--;
	return len == 0;
}

/* The text without blank lines, and newlines, at its end. */
static size_t
without_end(struct span text)
{
	size_t len = text.len, at;

	while (len > 0) {
		for (at = len - (text.bytes[len - 1] == '\n'); at > 0 && text.bytes[at - 1] != '\n'; at--)
			;
		if (!blank(text.bytes + at, len - at))
			break;
		len = at;
	}
	while (len > 0 && text.bytes[len - 1] == '\n')
		len--;
	return len;
}

/* Where the last paragraph begins; `text` must not end in a blank line. */
static size_t
last_paragraph(struct span text)
{
	size_t at = 0, start = 0, len;

	for (; at < text.len; at += len) {
		len = line_len(text, at);
		if (blank(text.bytes + at, len))
			start = at + len;
	}
	return start;
}

/* "Token: value" with a token of letters, digits and dashes. */
static bool
is_trailer(const char *line, size_t len)
{
	size_t at = 0;

	while (at < len && (isalnum((unsigned char)line[at]) || line[at] == '-'))
		at++;
	if (at == 0)
		return false;
	while (at < len && (line[at] == ' ' || line[at] == '\t'))
		at++;
	return at < len && line[at] == ':';
}

static bool
is_ours(const char *line, size_t len)
{
	while (len > 0 && (*line == ' ' || *line == '\t'))
		line++, len--;
	return len > 5 && strncasecmp(line, "orch-", 5) == 0 && is_trailer(line, len);
}

/* Is every line of the paragraph a trailer, or the continuation of one? */
static bool
is_block(struct span text, size_t start)
{
	size_t at, len;

	for (at = start; at < text.len; at += len) {
		len = line_len(text, at);
		if (is_trailer(text.bytes + at, len))
			continue;
		if (at == start || (text.bytes[at] != ' ' && text.bytes[at] != '\t'))
			return false;
	}
	return start < text.len;
}

/* Where the line begins that ends at `end`, its newline included. */
static size_t
line_before(struct span text, size_t end)
{
	size_t at = end - 1;

	while (at > 0 && text.bytes[at - 1] != '\n')
		at--;
	return at;
}

/* Where Git cuts a message: what follows is not looked at. */
static size_t
cut_at(struct span text)
{
	const char *found;

	if (text.len >= sizeof(CUT) - 1 && memcmp(text.bytes, CUT, sizeof(CUT) - 1) == 0)
		return 0;
	found = text.len == 0 ? NULL : memmem(text.bytes, text.len, "\n" CUT, sizeof("\n" CUT) - 1);
	return found == NULL ? text.len : (size_t)(found - text.bytes) + 1;
}

/* Where git interpret-trailers takes a patch to begin. */
static size_t
patch_at(struct span text)
{
	size_t at, len;

	for (at = 0; at < text.len; at += len) {
		len = line_len(text, at);
		if (len > 3 && memcmp(text.bytes + at, "---", 3) == 0 && blank(text.bytes + at + 3, 1))
			break;
	}
	return at;
}

/* Without what Git passes over at the end: comments, and a list of conflicts. */
static size_t
without_notes(struct span text)
{
	static const char title[] = "Conflicts:\n";
	size_t end = text.len, at, begin;
	bool listed = false;

	for (at = text.len; at > 0; at = begin) {
		const char *line;

		begin = line_before(text, at);
		line = text.bytes + begin;
		if (at - begin == sizeof(title) - 1 && memcmp(line, title, sizeof(title) - 1) == 0)
			listed = false;
		else if (*line != '#' && !blank(line, at - begin)) {
			if (*line != '\t')
				break;
			listed = true;
		}
		if (!listed)
			end = begin;
	}
	return end;
}

/* Copies it without Orch-* lines, and their continuations, from `start` to `end`. */
static bool
strip_lines(struct buffer *out, struct span text, size_t start, size_t end)
{
	bool stripped = false, within = false;
	size_t at, len;

	buffer_add(out, text.bytes, start);
	for (at = start; at < end; at += len) {
		len = line_len(text, at);
		within = is_ours(text.bytes + at, len) || (within && at > start &&
		    (text.bytes[at] == ' ' || text.bytes[at] == '\t'));
		if (within)
			stripped = true;
		else
			buffer_add(out, text.bytes + at, len);
	}
	buffer_add(out, text.bytes + at, text.len - at);
	return stripped;
}

/*
 * Takes Orch-* lines out of the last paragraph, wherever somebody may see the end of
 * the message. True when a line was left out: what is then last is looked at again. A
 * first line that is ours is taken away too: no subject is worth a forged ticket.
 */
static bool
strip_once(struct buffer *out, struct span text)
{
	struct span part = { text.bytes, cut_at(text) };
	size_t ends[3], i;

	ends[0] = without_notes(part);
	part.len = patch_at(part);
	ends[1] = without_notes(part);
	text.len = ends[2] = without_end(text);
	for (i = 0; i < COUNT(ends); i++) {
		part.len = ends[i] < text.len ? ends[i] : text.len;
		part.len = without_end(part);
		out->len = 0;
		if (strip_lines(out, text, last_paragraph(part), part.len))
			return true;
	}
	return false;
}

/* Until nothing of ours is in a last paragraph; true when there was something. */
static bool
strip_all(struct buffer *out, const char *message, size_t len)
{
	struct buffer then;
	struct span text;
	bool any = false, more = true;
	unsigned pass;

	buffer_init(out);
	buffer_add(out, message, len);
	for (pass = 0; more && pass <= PASSES_MOST; pass++) {
		buffer_init(&then);
		text = (struct span){ out->len ? (char *)out->bytes : "", out->len };
		more = pass < PASSES_MOST ? strip_once(&then, text) : strip_lines(&then, text, 0, text.len);
		buffer_release(out);
		*out = then;
		any = any || more;
	}
	return any;
}

bool
trailers_strip(struct buffer *out, const char *message, size_t len)
{
	struct buffer stripped;
	bool any = strip_all(&stripped, message, len);

	if (!any)
		buffer_add(out, message, len);
	else {
		buffer_add(out, stripped.bytes, stripped.len);
		if (stripped.len > 0 && stripped.bytes[stripped.len - 1] != '\n')
			buffer_add_text(out, "\n");
	}
	buffer_release(&stripped);
	return any;
}

void
trailers_write(struct buffer *out, const char *message, size_t len, const struct trailers *ours)
{
	struct buffer now;
	struct span text = { message, len };

	/* Behind such a line, ours would not be seen either. */
	strip_all(&now, message, cut_at(text));
	text = (struct span){ now.len ? (const char *)now.bytes : "", now.len };
	text.len = without_end(text);
	if (text.len == 0)
		text = (struct span){ ours->task, strlen(ours->task) };
	buffer_add(out, text.bytes, text.len);
	buffer_add_text(out, "\n");
	/* A block of trailers that is also the subject is no block. */
	if (last_paragraph(text) == 0 || !is_block(text, last_paragraph(text)))
		buffer_add_text(out, "\n");
	buffer_format(out, "Orch-Task: %s\nOrch-Attempt: %s\nOrch-Ticket: %ju\n"
	    "Orch-Agent: %s\nOrch-Verdict: %s\nOrch-Line: %s\n", ours->task, ours->attempt,
	    (uintmax_t)ours->ticket, ours->agent, ours->verdict, ours->line);
	if (ours->bare)
		buffer_add_text(out, "Orch-Sandbox: none\n");
	buffer_release(&now);
}

/* Copies the value of a line "Orch-Xxx: value"; false when it does not fit or comes again. */
static bool
take(char *value, size_t room, const char *line, size_t len)
{
	if (value[0] != '\0' || len == 0 || len >= room)
		return false;
	memcpy(value, line, len);
	value[len] = '\0';
	return true;
}

bool
trailers_read(const char *message, size_t message_len, struct trailers *ours)
{
	struct span text = { message, message_len };
	char ticket[24] = "", sandbox[16] = "", *end;
	const struct { const char *key; char *value; size_t room; } keys[] = {
		{ "Orch-Task: ", ours->task, sizeof(ours->task) },
		{ "Orch-Attempt: ", ours->attempt, sizeof(ours->attempt) },
		{ "Orch-Ticket: ", ticket, sizeof(ticket) },
		{ "Orch-Agent: ", ours->agent, sizeof(ours->agent) },
		{ "Orch-Verdict: ", ours->verdict, sizeof(ours->verdict) },
		{ "Orch-Line: ", ours->line, sizeof(ours->line) },
		{ "Orch-Sandbox: ", sandbox, sizeof(sandbox) },	/* may be missing: the last */
	};
	size_t at, len, key, i;

	*ours = (struct trailers){ 0 };
	text.len = without_end(text);
	for (at = last_paragraph(text); at < text.len; at += len) {
		len = line_len(text, at);
		for (i = 0; i < COUNT(keys); i++) {
			key = strlen(keys[i].key);
			if (len <= key || strncmp(text.bytes + at, keys[i].key, key) != 0)
				continue;
			if (!take(keys[i].value, keys[i].room, text.bytes + at + key,
			    len - key - (text.bytes[at + len - 1] == '\n')))
				return false;
		}
	}
	for (i = 0; i + 1 < COUNT(keys); i++)
		if (keys[i].value[0] == '\0')
			return false;
	if (!isdigit((unsigned char)ticket[0]))
		return false;
	ours->bare = strcmp(sandbox, "none") == 0;
	ours->ticket = strtoull(ticket, &end, 10);
	return *end == '\0' && ours->ticket != 0;
}
