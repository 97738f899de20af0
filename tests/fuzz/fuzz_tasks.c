/* Tasks files: refused with a reason that is one line, or a list of tasks that are whole. */
#include <string.h>

#include "fuzz.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "tasks/graph.h"
#include "tasks/scope.h"
#include "tasks/tasks_file.h"

const char *const fuzz_words[] = { "id: ", "title: ", "prompt: ", "command: [", "agent: ", "files: [\"",
    "depends_on: [", "priority: ", "estimate: ", "verify: ", "max_iterations: ", "completion_promise: ",
    "requires_approval: [start, land]", "timeout: 45m", "diff: optional", "env: {", "tasks:", "\n- ", "\n  ",
    "{", "}", "[", "]", "\"", "'", "\\x00", "&a ", "*a", "!!str ", "<<: ", "---\n", "...\n", "|\n", ">-\n", "? ",
    "# ", "%YAML 1.1\n", "\xef\xbb\xbf", "\xc2\x85", "\xe2\x80\xa8", "~", "99999999999999999999", "**", "\t", "\r\n",
    NULL };

void
fuzz_seed(struct buffer *out)
{
	static const char *const keys[] = { "title: Fix it", "prompt: \"a\\tb \xc3\xa4\"", "command: [sh, -c, 'x y']",
	    "agent: claude", "files: [\"src/**\", a?b, '[a-z]*']", "depends_on: [t1, t2]", "depends_on: [t9]",
	    "priority: 0", "estimate: 300", "verify: make check", "max_iterations: 5", "timeout: 2h",
	    "diff: optional", "env: {KEY: value, B: ''}", "requires_approval: [land]", "id: t3",
	    "prompt: |\n      two\n      lines", "completion_promise: DONE" };
	size_t tasks = fuzz_below(5), i, k;

	if (fuzz_below(8) == 0) {
		buffer_add_text(out, "{\"tasks\": [{\"id\": \"t1\", \"prompt\": \"x\", \"files\": [\"a\"]}]}");
		return;
	}
	buffer_add_text(out, "tasks:\n");
	for (i = 0; i < tasks; i++) {
		buffer_format(out, "  - id: t%zu\n    prompt: p\n", i);
		for (k = fuzz_below(4); k > 0; k--)
			buffer_format(out, "    %s\n", keys[fuzz_below(COUNT(keys))]);
	}
}

static void
check_task(const struct task_spec *spec)
{
	struct scope *scope;

	fuzz_check(spec->id != NULL && name_valid(spec->id));
	fuzz_check(spec->title != NULL && spec->title[0] != '\0' && utf8_valid(spec->title, strlen(spec->title)));
	fuzz_check(spec->prompt != NULL && (spec->prompt[0] != '\0' || spec->command != NULL));
	fuzz_check(spec->command == NULL || (spec->command[0] != NULL && spec->command[0][0] != '\0'));
	fuzz_check(spec->priority <= 2 && spec->line > 0 && spec->column > 0);
	scope = scope_new(spec->files, false);
	fuzz_check(scope_anywhere(scope) == (spec->files == NULL));
	scope_free(scope);
}

void
fuzz_run(const unsigned char *bytes, size_t len)
{
	struct problems problems;
	struct task_list list;
	size_t i;

	problems_init(&problems);
	if (tasks_file_parse("file", (const char *)bytes, len, &list, &problems) == 0) {
		fuzz_check(problems.count == 0);
		for (i = 0; i < list.count; i++)
			check_task(&list.tasks[i]);
		fuzz_check((graph_check(&list, NULL, NULL, &problems) == 0) == (problems.count == 0));
	} else {
		fuzz_check(problems.count > 0 && list.count == 0);
	}
	for (i = 0; i < problems.count; i++)
		fuzz_check(strncmp(problems.text[i], "file:", 5) == 0);
	problems_release(&problems);
	task_list_release(&list);
}
