/* The template of session notes: see note_template.h. (pure) */
#include "note_template.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"
#include "protocol/valid.h"

static const char *const names[NOTE_PLACES] = {
	[NOTE_SESSION] = "session", [NOTE_TASK] = "task", [NOTE_PROJECT] = "project",
	[NOTE_TITLE] = "title", [NOTE_TYPE] = "type", [NOTE_STATUS] = "status", [NOTE_STATE] = "state",
	[NOTE_REASON] = "reason", [NOTE_AGENT] = "agent", [NOTE_UPSTREAM] = "upstream",
	[NOTE_BRANCH] = "branch", [NOTE_COMMIT] = "commit", [NOTE_CONTEXT] = "context",
	[NOTE_AUTONOMY] = "autonomy", [NOTE_INITIATED] = "initiated", [NOTE_STARTED] = "started",
	[NOTE_ENDED] = "ended", [NOTE_TICKET] = "ticket", [NOTE_ATTEMPTS] = "attempts",
	[NOTE_SECONDS] = "seconds", [NOTE_HUMAN_INTERVENTIONS] = "human_interventions",
	[NOTE_TOKENS] = "tokens", [NOTE_COST] = "cost", [NOTE_ESCALATIONS] = "escalations",
	[NOTE_DEPENDS_ON] = "depends_on", [NOTE_SCOPE] = "scope", [NOTE_OBJECTIVE] = "objective",
	[NOTE_PROGRESS] = "progress", [NOTE_ATTEMPT_TABLE] = "attempt_table",
	[NOTE_FILES_CHANGED] = "files_changed", [NOTE_ISSUES] = "issues",
	[NOTE_REFLECTION] = "reflection", [NOTE_ISSUES_LOG] = "issues_log",
	[NOTE_NEXT_STEPS] = "next_steps", [NOTE_RELATED] = "related", [NOTE_WORDS] = "words",
};

static const char preset[] =
    "---\n"
    "session:\n"
    "  id: {{session}}\n"
    "  topic: {{title}}\n"
    "  type: {{type}}\n"
    "  status: {{status}}\n"
    "  repo: {{project}}\n"
    "  task: {{task}}\n"
    "  agent: {{agent}}\n"
    "  attempts: {{attempts}}\n"
    "  ticket: {{ticket}}\n"
    "  commit: {{commit}}\n"
    "  started: {{started}}\n"
    "  ended: {{ended}}\n"
    "  tokens: {{tokens}}\n"
    "  cost: {{cost}}\n"
    "  depends_on: {{depends_on}}\n"
    "\n"
    "initiated:\n"
    "  timestamp: {{initiated}}\n"
    "  context: {{context}}\n"
    "\n"
    "governance:\n"
    "  autonomy_level: {{autonomy}}\n"
    "  human_interventions: {{human_interventions}}\n"
    "  escalations: {{escalations}}\n"
    "---\n"
    "\n"
    "# Session: {{title}}\n"
    "\n"
    "## Objective\n\n{{objective}}\n"
    "## Progress Log\n\n{{attempt_table}}\n{{progress}}\n"
    "## Files Changed\n\n{{files_changed}}\n"
    "## Issues Encountered\n\n{{issues}}\n"
    "## Session Reflection\n\n{{reflection}}\n"
    "### Issues Log (Out of Scope)\n\n{{issues_log}}\n"
    "## Related Sessions\n\n{{related}}\n"
    "## Words of People\n\n{{words}}\n"
    "## Next Steps\n\n{{next_steps}}\n";

const char *
note_place_name(enum note_place place)
{
	return names[place];
}

bool
note_place_is_section(enum note_place place)
{
	return place >= NOTE_OBJECTIVE && place < NOTE_PLACES;
}

static enum note_place
find(const char *name, size_t len)
{
	int i;

	for (i = 0; i < NOTE_PLACES; i++)
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			break;
	return (enum note_place)i;
}

static unsigned
line_of(const char *text, const char *at)
{
	unsigned line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

/* Where the front matter ends; the text itself: it has none, NULL: it has no end. */
static const char *
end_of_matter(const char *text)
{
	const char *at;

	if (strncmp(text, "---\n", 4) != 0)
		return text;
	at = strstr(text + 3, "\n---\n");
	return at != NULL ? at + 5 : NULL;
}

static void
add(struct note_template *template, const char *from, const char *to, enum note_place place, bool matter)
{
	template->pieces = mem_resize(template->pieces, template->count + 1, sizeof(*template->pieces));
	template->pieces[template->count++] = (struct note_piece){ from, (size_t)(to - from), place, matter };
}

static void
read_places(struct note_template *template, const char *file, const char *matter,
    struct problems *problems)
{
	const char *from = template->text, *at, *end;
	enum note_place place;

	while ((at = strstr(from, "{{")) != NULL) {
		end = strstr(at, "}}");
		if (end == NULL || memchr(at, '\n', (size_t)(end - at)) != NULL) {
			problems_add(problems, "%s:%u: a place has no end; write {{name}}", file,
			    line_of(template->text, at));
			return;
		}
		place = find(at + 2, (size_t)(end - at - 2));
		if (place == NOTE_PLACES)
			problems_add(problems, "%s:%u: {{%.*s}}: there is no such place; see NOTES in orch.yaml(5)",
			    file, line_of(template->text, at), (int)(end - at - 2 > 80 ? 80 : end - at - 2), at + 2);
		else if (at < matter && note_place_is_section(place))
			problems_add(problems, "%s:%u: {{%s}} is a section, which cannot stand in the front matter",
			    file, line_of(template->text, at), names[place]);
		else if (template->count == NOTE_PLACES_MAX) {
			problems_add(problems, "%s:%u: more than %u places", file, line_of(template->text, at),
			    NOTE_PLACES_MAX);
			return;
		} else
			add(template, from, at, place, at < matter);
		from = end + 2;
	}
	add(template, from, from + strlen(from), NOTE_PLACES, false);
}

void
note_template_read(struct note_template *template, const char *file, const char *text, size_t len,
    struct problems *problems)
{
	size_t before = problems->count;
	const char *matter;

	*template = (struct note_template){ 0 };
	if (len > NOTE_TEMPLATE_MAX) {
		problems_add(problems, "%s: a template has %u bytes at most", file, NOTE_TEMPLATE_MAX);
		return;
	}
	if (!utf8_valid(text, len)) {
		problems_add(problems, "%s: it is not UTF-8", file);
		return;
	}
	template->text = mem_copy(text, len);
	matter = end_of_matter(template->text);
	if (matter == NULL)
		problems_add(problems, "%s:1: the front matter has no end; write a line --- behind it", file);
	else
		read_places(template, file, matter, problems);
	if (problems->count > before)
		note_template_release(template);
}

void
note_template_preset(struct note_template *template)
{
	struct problems none;

	problems_init(&none);
	note_template_read(template, "template", preset, strlen(preset), &none);
	problems_release(&none);
}

void
note_template_release(struct note_template *template)
{
	free(template->pieces);
	free(template->text);
	*template = (struct note_template){ 0 };
}
