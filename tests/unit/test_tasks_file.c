/* What a tasks file may say, what is refused and with which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"
#include "tasks/tasks_file.h"

static const char full[] =
    "tasks:\n"
    "  - id: parser-1\n"
    "    title: Fix the parser\n"
    "    prompt: |\n"
    "      \xc3\x84ndere es\n"
    "      now\n"
    "    command: [sh, -c, 'exit 0']\n"
    "    agent: claude\n"
    "    files: [\"src/parser/**\", README.md]\n"
    "    depends_on: [lexer-1]\n"
    "    priority: \"0\"\n"
    "    estimate: 300\n"
    "    verify: make check\n"
    "    max_iterations: 5\n"
    "    completion_promise: DONE\n"
    "    requires_approval: [start, land]\n"
    "    timeout: 45m\n"
    "    diff: optional\n"
    "    env: {KEY: value, _b: ''}\n"
    "  - prompt: second\n";

static void
test_project(void **state)
{
	static const char text[] = "project: web\ntasks:\n  - prompt: a\n  - {prompt: b, project: api}\n";
	struct problems problems;
	struct task_list list;

	(void)state;
	problems_init(&problems);
	assert_int_equal(tasks_file_parse("t", text, strlen(text), &list, &problems), 0);
	assert_string_equal(list.tasks[0].project, "web");
	assert_string_equal(list.tasks[1].project, "api");
	task_list_project(&list, "other");
	assert_string_equal(list.tasks[0].project, "web");
	task_list_release(&list);
	assert_int_equal(tasks_file_parse("t", text + 13, strlen(text) - 13, &list, &problems), 0);
	assert_null(list.tasks[0].project);
	task_list_project(&list, "other");
	assert_string_equal(list.tasks[0].project, "other");
	assert_string_equal(list.tasks[1].project, "api");
	task_list_release(&list);
	problems_release(&problems);
}

static void
test_full(void **state)
{
	struct problems problems;
	struct task_list list;
	struct task_spec *spec;

	(void)state;
	problems_init(&problems);
	assert_int_equal(tasks_file_parse("t", full, strlen(full), &list, &problems), 0);
	assert_int_equal(list.count, 2);
	spec = &list.tasks[0];
	assert_string_equal(spec->id, "parser-1");
	assert_string_equal(spec->title, "Fix the parser");
	assert_string_equal(spec->prompt, "\xc3\x84ndere es\nnow\n");
	assert_string_equal(spec->command[2], "exit 0");
	assert_null(spec->command[3]);
	assert_string_equal(spec->agent, "claude");
	assert_string_equal(spec->files[1], "README.md");
	assert_string_equal(spec->depends_on[0], "lexer-1");
	assert_int_equal(spec->depends_at[0].line, 10);
	assert_int_equal(spec->depends_at[0].column, 18);
	assert_int_equal(spec->priority, 0);
	assert_int_equal(spec->estimate, 300);
	assert_string_equal(spec->verify, "make check");
	assert_int_equal(spec->max_iterations, 5);
	assert_string_equal(spec->completion_promise, "DONE");
	assert_int_equal(spec->approvals, APPROVAL_START | APPROVAL_LAND);
	assert_int_equal(spec->timeout, 45 * 60);
	assert_true(spec->diff_optional);
	assert_string_equal(spec->environment[0], "KEY=value");
	assert_string_equal(spec->environment[1], "_b=");
	assert_int_equal(spec->line, 2);
	assert_int_equal(spec->column, 5);
	spec = &list.tasks[1];
	assert_string_equal(spec->id, "task-2");
	assert_string_equal(spec->title, "second");
	assert_int_equal(spec->priority, 1);
	assert_null(spec->files);
	assert_int_equal(problems.count, 0);
	task_list_release(&list);
}

/* The text in the file, its one problem after "t:"; NULL: it is fine. */
static const struct {
	const char *text, *problem;
} cases[] = {
	{ "[{prompt: x}]", NULL },
	{ "{\"tasks\": [{\"prompt\": \"x\", \"priority\": 2}]}", NULL },
	{ "tasks: []", NULL },
	{ "- {prompt: x, timeout: 90}\n- {prompt: x, timeout: 90s}\n"
	    "- {prompt: x, timeout: 2h}", NULL },
	{ "", "1:1: no list of tasks" },
	{ "a: 1", "1:1: a: no such key" },
	{ "{}", "1:1: tasks: missing" },
	{ "task: []", "1:1: task: no such key; is tasks meant?" },
	{ "projct: a\ntasks: []", "1:1: projct: no such key; is project meant?" },
	{ "project: a/b\ntasks: []", "1:10: project: is not the name of one" },
	{ "project: a\nproject: b\ntasks: []", "2:1: project: is said twice" },
	{ "tasks: {}", "1:8: tasks: is not a list" },
	{ "tasks: []\ntasks: []", "2:1: tasks: is said twice" },
	{ "- x", "1:3: task #1: is not a mapping" },
	{ "- {id: a}", "1:3: task 'a': prompt: missing" },
	{ "- {id: a, prompt: ' '}", "1:3: task 'a': prompt: missing" },
	{ "- {prompt: x}\n- {id: a b, prompt: x}", "2:8: task #2: id: is not a name" },
	{ "- {id: a, prompt: x, promt: y}",
	    "1:22: task 'a': promt: no such key; is prompt meant?" },
	{ "- {id: a, prompt: x, zzz: y}", "1:22: task 'a': zzz: no such key" },
	{ "- {id: a, prompt: x, prompt: y}", "1:22: task 'a': prompt: is said twice" },
	{ "- {id: a, prompt: x, title: }", "task 'a': title: has no value" },
	{ "- {id: a, prompt: x}\n- {id: a, prompt: x}",
	    "2:3: task 'a': id: is taken; the first one is in line 1" },
	{ "- {id: a, prompt: x, priority: 3}",
	    "1:32: task 'a': priority: is not within 0 and 2: 3" },
	{ "- {id: a, prompt: x, priority: high}",
	    "1:32: task 'a': priority: is not a whole number: high" },
	{ "- {id: a, prompt: x, priority: -1}", "priority: is not a whole number: -1" },
	{ "- {id: a, prompt: x, priority: [1]}", "priority: is not a text" },
	{ "- {id: a, prompt: x, max_iterations: 0}", "max_iterations: is not within" },
	{ "- {id: a, prompt: x, timeout: 5d}", "timeout: is not a time such as" },
	{ "- {id: a, prompt: x, timeout: 99999999999999999999999h}",
	    "timeout: is not within" },
	{ "- {id: a, prompt: x, timeout: h}", "timeout: is not a time" },
	{ "- {id: a, prompt: x, files: [/etc]}", "files: paths are relative" },
	{ "- {id: a, prompt: x, files: [a/../b]}", "files: leads out" },
	{ "- {id: a, prompt: x, files: [a, '!a/b', a/b/c, '!\\!x', '\\!y']}", NULL },
	{ "- {id: a, prompt: x,\n   files: ['!a', b]}",
	    "2:12: task 'a': files: begins with what is taken out, and there is nothing yet that it could be "
	    "taken out of (for a file called so write \\!): !a" },
	{ "- {id: a, prompt: x, files: [a, '!/etc']}", "1:33: task 'a': files: paths are relative" },
	{ "- {id: a, prompt: x, files: [a, '!']}", "files: has an empty pattern" },
	{ "- {id: a, prompt: x, files: [a, '!!b']}", "files: takes out twice" },
	{ "- {id: a, prompt: x, files: []}", "files: is empty" },
	{ "- {id: a, prompt: x, files: a}", "files: is not a list" },
	{ "- {id: a, prompt: x, files: [a, [b]]}", "1:33: task 'a': files: is not a text" },
	{ "- {id: a, command: []}", "command: names no program" },
	{ "- {id: a, command: sh}", "command: is not a list" },
	{ "- {id: a, prompt: x, depends_on: [.x]}", "depends_on: not a task's name: .x" },
	{ "- {id: a, prompt: x, requires_approval: [stop]}", "is neither start nor land" },
	{ "- {id: a, prompt: x, diff: no}", "diff: is neither required nor optional" },
	{ "- {id: a, prompt: x, env: {1A: x}}", "env: is not a variable's name: 1A" },
	{ "- {id: a, prompt: x, env: {ORCH_A: x}}", "env: names that begin with ORCH_" },
	{ "- {id: a, prompt: x, env: {A: 1, A: 2}}", "env: is said twice: A" },
	{ "- {id: a, prompt: x, env: {A: [1]}}", "env: is not a text" },
	{ "- {id: a, prompt: \"x\\0y\"}", "prompt: has a NUL byte" },
	{ "- {id: a, prompt: &x y}", "1:19: anchors" },
	{ "- {id: a, prompt: *x}", "1:19: anchors" },
	{ "- {id: a, prompt: !!str x}", "1:19: tags" },
	{ "- {prompt: x}\n---\n- {prompt: y}", "2:1: a second document" },
	{ "- {id: a\n- b", "not valid YAML" },
	{ "\xff\xfe", "1:1: not UTF-8: byte 0xff at offset 0" },
	{ "- {prompt: x}\n# \xc0\x80", "2:3: not UTF-8: byte 0xc0 at offset 16" },
	{ "- {prompt: x}\n# \xc3\x84 \xff", "2:5: not UTF-8: byte 0xff at offset 19" },
	{ "\x01", "1:1: not valid YAML: control characters are not allowed" },
	{ "- prompt: x\n  title: \xc3\x84\x01", "2:11: not valid YAML: control characters" },
	{ "- {prompt: x}\r\n- {prompt: \x7f}", "2:12: not valid YAML: control characters" },
	{ "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "nested too deeply" },
};

static void
test_cases(void **state)
{
	struct problems problems;
	struct task_list list;
	size_t i;
	int result;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		problems_init(&problems);
		result = tasks_file_parse("t", cases[i].text, strlen(cases[i].text),
		    &list, &problems);
		if (cases[i].problem == NULL && result != 0)
			fail_msg("%s: %s", cases[i].text, problems.text[0]);
		if (cases[i].problem != NULL && (result != -1 || list.count != 0 ||
		    problems.count < 1 ||
		    strstr(problems.text[0], cases[i].problem) == NULL))
			fail_msg("%s: expected %s, got %s", cases[i].text,
			    cases[i].problem,
			    problems.count == 0 ? "none" : problems.text[0]);
		problems_release(&problems);
		task_list_release(&list);
	}
}

/* A NUL byte is told where it stands, however far ahead libyaml reads. */
static void
test_nul(void **state)
{
	static const char end[] = "- prompt: y\0z\n";
	struct buffer text;
	struct problems problems;
	struct task_list list;
	size_t i;

	(void)state;
	buffer_init(&text);
	for (i = 0; i < 20000; i++)
		buffer_format(&text, "- prompt: x\n");
	buffer_add(&text, end, sizeof(end) - 1);
	problems_init(&problems);
	assert_int_equal(tasks_file_parse("t", (const char *)text.bytes, text.len, &list,
	    &problems), -1);
	assert_int_equal(problems.count, 1);
	assert_string_equal(problems.text[0],
	    "t:20001:12: not valid YAML: control characters are not allowed");
	problems_release(&problems);
	buffer_release(&text);
}

static void
test_all_at_once(void **state)
{
	static const char text[] = "- {id: a, prompt: x, priority: 9, diff: x}\n"
	    "- {prompt: x, zap: 1}\n- {id: a, prompt: y}\n";
	struct problems problems;
	struct task_list list;

	(void)state;
	problems_init(&problems);
	assert_int_equal(tasks_file_parse("t", text, strlen(text), &list, &problems), -1);
	assert_int_equal(problems.count, 4);
	assert_non_null(strstr(problems.text[2], "t:2:15: task #2: zap:"));
	problems_release(&problems);
}

static void
test_ids_made_up(void **state)
{
	static const char text[] = "- {prompt: x}\n- {id: task-1, prompt: x}\n"
	    "- {prompt: x}\n- {id: task-3, prompt: x}\n";
	struct problems problems;
	struct task_list list;

	(void)state;
	problems_init(&problems);
	assert_int_equal(tasks_file_parse("t", text, strlen(text), &list, &problems), 0);
	assert_string_equal(list.tasks[0].id, "task-2");
	assert_string_equal(list.tasks[2].id, "task-4");
	task_list_release(&list);
}

static void
test_large(void **state)
{
	const size_t count = 10000, size = count * 200;
	char *text = mem_zero(size, 1);
	struct problems problems;
	struct task_list list;
	struct timespec start, end;
	size_t i, len = 0;

	(void)state;
	for (i = 0; i < count; i++)
		len += (size_t)snprintf(text + len, size - len, "- id: t%zu\n  prompt: do it"
		    "\n  files: [src/%zu/**, doc/%zu.md]\n  depends_on: [t%zu]\n",
		    i, i, i, i / 2);
	problems_init(&problems);
	clock_gettime(CLOCK_MONOTONIC, &start);
	assert_int_equal(tasks_file_parse("t", text, len, &list, &problems), 0);
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_int_equal(list.count, count);
	/* A tenth of a second is usual; this only catches what is not linear. */
	assert_true(end.tv_sec - start.tv_sec < 10);
	task_list_release(&list);
	free(text);
}

static void
test_read(void **state)
{
	char path[] = "/tmp/test_tasks_file.XXXXXX";
	int fd = mkstemp(path);
	struct problems problems;
	struct task_list list;

	(void)state;
	problems_init(&problems);
	assert_int_equal(write(fd, full, strlen(full)), strlen(full));
	assert_int_equal(tasks_file_read(path, &list, &problems), 0);
	assert_int_equal(list.count, 2);
	task_list_release(&list);
	assert_int_equal(ftruncate(fd, (off_t)TASKS_FILE_MAX + 1), 0);
	assert_int_equal(tasks_file_read(path, &list, &problems), -1);
	assert_non_null(strstr(problems.text[0], "larger than 67108864 bytes"));
	close(fd);
	unlink(path);
	assert_int_equal(tasks_file_read(path, &list, &problems), -1);
	assert_int_equal(tasks_file_read("/tmp", &list, &problems), -1);
	assert_int_equal(tasks_file_read("/dev/zero", &list, &problems), -1);
	assert_int_equal(problems.count, 4);
	problems_release(&problems);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_project), cmocka_unit_test(test_cases),
		cmocka_unit_test(test_nul), cmocka_unit_test(test_all_at_once),
		cmocka_unit_test(test_ids_made_up), cmocka_unit_test(test_large),
		cmocka_unit_test(test_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
