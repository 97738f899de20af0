/* What orch.yaml may say, what is refused and with which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "supervisor/config_file.h"

static void
test_full(void **state)
{
	static const char text[] = "version: 1\nslots: 4\ncontrol: {group: orch}\nprojects:\n  demo:\n"
	    "    upstream: /srv/demo\n    branch: main\n    verify: none\n    order: plan\n"
	    "    limits: {timeout: 2h}\n    agent: robot\nagents:\n  robot:\n"
	    "    command: [robot, --go]\n    prompt: argument\n";
	struct problems problems;
	struct config config;

	(void)state;
	problems_init(&problems);
	config_init(&config);
	config_file_parse(&config, "c", text, strlen(text), &problems);
	assert_int_equal(problems.count, 0);
	assert_int_equal(config.slots, 4);
	assert_string_equal(config.control_group, "orch");
	assert_string_equal(config.project, "demo");
	assert_string_equal(config.upstream, "/srv/demo");
	assert_int_equal(config.order, ORDER_PLAN);
	assert_int_equal(config.timeout, 7200);
	assert_string_equal(config_agent(&config, "robot")->command[1], "--go");
	assert_string_equal(config_agent(&config, "robot")->prompt, "argument");
	assert_null(config_agent(&config, "other"));
	config_release(&config);
	problems_release(&problems);
}

/* The text in the file, its one problem after "c:"; NULL: it is fine. */
static const struct { const char *text, *problem; } cases[] = {
	{ "", NULL },
	{ "# nothing\n", NULL },
	{ "slots: 2\n", NULL },
	{ "version: 2\n", "c:1:10: version: this version of orch reads 'version: 1'" },
	{ "just words\n", "c:1:1: : write a mapping" },
	{ "- slots\n", "c:1:1: : write a mapping" },
	{ "\nslot: 2\n", "c:2:1: slot: there is no such option" },
	{ "slots: many\n", "c:1:8: slots: 'many' is not a number" },
	{ "slots: [1]\n", "c:1:8: slots: write one value" },
	{ "slots: 1\nlimits: {timeout: 1h}\n", "timeout: there is no such option" },
	{ "projects: {a: {branch: main}, b: {branch: main}}\n", "c:1:31: projects.b: a second project" },
	{ "projects: {a/b: {}}\n", "c:1:12: projects.a/b: a project's name is" },
	{ "projects: {a: {limits: {timeout: 1y}}}\n",
	    "c:1:34: projects.a.limits.timeout: '1y' is not a number" },
	{ "projects: {a: {order: random}}\n", "c:1:23: projects.a.order: 'random' is not one of" },
	{ "projects: {a: {protect: []}}\n", NULL },
	{ "projects: {a: {protect: [ci, \"**/Makefile\"], autonomy: L3}}\n", NULL },
	{ "projects: {a: {protect: ci}}\n", "c:1:25: projects.a.protect: write a list" },
	{ "projects: {a: {protect: [ci, [x]]}}\n", "c:1:30: projects.a.protect: each entry must be one text" },
	{ "projects: {a: {protect: [/etc]}}\n", "c:1:26: projects.a.protect: " },
	{ "projects: {a: {autonomy: L4}}\n", "c:1:26: projects.a.autonomy: 'L4' is not one of" },
	{ "projects: {a: {slots: 3}}\n", "c:1:16: projects.a.slots: there is no such option" },
	{ "agents: {r: {prompt: stdin}}\n", "c:1:10: agents.r.command: missing" },
	{ "agents: {r: {command: robot}}\n", "c:1:23: agents.r.command: write a list" },
	{ "agents: {r: {command: [a], prompt: mail}}\n", "c:1:36: agents.r.prompt: write stdin" },
	{ "slots: 1\nstate: \"a\\0b\"\n", "c:2:8: state: write one value" },
	{ "slots: 1\nstate: \x01\n", "c:2:8: not valid YAML: control characters" },
	{ "slots: &x 1\n", "c:1:8: anchors" },
	{ "slots: {\n", "not valid YAML" },
};

static void
test_cases(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct problems problems;
		struct config config;

		problems_init(&problems);
		config_init(&config);
		config_file_parse(&config, "c", cases[i].text, strlen(cases[i].text), &problems);
		if (cases[i].problem == NULL ? problems.count > 0 : problems.count == 0 ||
		    strstr(problems.text[0], cases[i].problem) == NULL)
			fail_msg("%s: expected %s, got %s", cases[i].text,
			    cases[i].problem != NULL ? cases[i].problem : "none",
			    problems.count > 0 ? problems.text[0] : "none");
		config_release(&config);
		problems_release(&problems);
	}
}

static void
test_files(void **state)
{
	static const char *const paths[] = { "/no/such/file", "/tmp", "/dev/zero" };
	struct problems problems;
	struct config config;
	size_t i;

	(void)state;
	problems_init(&problems);
	config_init(&config);
	for (i = 0; i < COUNT(paths); i++) {
		config_file_read(&config, paths[i], &problems);
		assert_int_equal(problems.count, i + 1);
	}
	assert_string_equal(problems.text[2], "/dev/zero: larger than 1048576 bytes");
	config_release(&config);
	problems_release(&problems);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full), cmocka_unit_test(test_cases), cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
