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
	assert_string_equal(config.projects[0].name, "demo");
	assert_string_equal(config.projects[0].upstream, "/srv/demo");
	assert_int_equal(config.projects[0].order, ORDER_PLAN);
	assert_int_equal(config.projects[0].timeout, 7200);
	assert_string_equal(agents_find(&config.agents, "robot")->command[1], "--go");
	assert_string_equal(agents_find(&config.agents, "robot")->prompt, "argument");
	assert_null(agents_find(&config.agents, "other"));
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
	{ "projects: {a: {branch: main}, b: {branch: main}}\n", NULL },
	{ "projects: {a: {branch: main}, a: {branch: main}}\n", "c:1:31: projects.a: stands here for the second" },
	{ "projects: {a: {order: plan}, b.c: {limits: {timeout: 1y}}}\n",
	    "c:1:54: projects.b.c.limits.timeout: '1y' is not a number" },
	{ "projects: {a/b: {}}\n", "c:1:12: projects.a/b: a project's name is" },
	{ "projects: {a: {limits: {timeout: 1y}}}\n",
	    "c:1:34: projects.a.limits.timeout: '1y' is not a number" },
	{ "projects: {a: {limits: {timeout: 1y}}}\n", "a time is 90, 90s, 45m, 2h or 1d" },
	{ "admission: {disk: 100000G}\n", "admission.disk: '100000G' is not a number from 0 to 1099511627776; "
	    "a size is 4096, 100M or 2G, the bounds are bytes" },
	{ "projects: {a: {network: off}}\n", NULL },
	{ "projects: {a: {network: {allow: [\"a.example:443\", \"unix:/run/x\"]}}}\n", NULL },
	{ "projects: {a: {network: {allow: []}}}\n", "projects.a.network.allow: write one entry" },
	{ "projects: {a: {network: {}}}\n", "projects.a.network: write a value" },
	{ "projects: {a: {network: {deny: [x]}}}\n", "projects.a.network.deny: there is no such option" },
	{ "projects: {a: {network: {allow: [\"a:1\", \"a:1\"]}}}\n", "stands here for the second time" },
	{ "projects: {a: {network: {allow: [\"a\"]}}}\n", "write HOST:PORT or unix:/PATH" },
	{ "projects: {a: {order: random}}\n", "c:1:23: projects.a.order: 'random' is not one of" },
	{ "projects: {a: {protect: []}}\n", NULL },
	{ "projects: {a: {protect: [ci, \"**/Makefile\"], autonomy: L3}}\n", NULL },
	{ "projects: {a: {protect: [ci, \"!ci/docs\"]}}\n", NULL },
	{ "projects: {a: {protect: [\"!ci\", ci]}}\n", "c:1:26: projects.a.protect: begins with what is taken out" },
	{ "projects: {a: {ignore_case: yes}}\n", NULL },
	{ "projects: {a: {ignore_case: ascii}}\n", "c:1:29: projects.a.ignore_case: 'ascii' is neither yes nor no" },
	{ "projects: {a: {protect: ci}}\n", "c:1:25: projects.a.protect: write a list" },
	{ "projects: {a: {protect: [ci, [x]]}}\n", "c:1:30: projects.a.protect: each entry must be one text" },
	{ "projects: {a: {protect: [/etc]}}\n", "c:1:26: projects.a.protect: " },
	{ "projects: {a: {autonomy: L4}}\n", "c:1:26: projects.a.autonomy: 'L4' is not one of" },
	{ "projects: {a: {slots: 3, weight: 2}}\n", NULL },
	{ "projects: {a: {weight: 0}}\n", "c:1:24: projects.a.weight: '0' is not a number from 1" },
	{ "projects: {a: {keep: yes}}\n", "c:1:16: projects.a.keep: there is no such option" },
	{ "agents: {r: {prompt: stdin}}\n", "c:1:10: agents.r.command: missing" },
	{ "agents: {r: {command: robot}}\n", "c:1:23: agents.r.command: write a list" },
	{ "agents: {r: {command: [a], prompt: mail}}\n", "c:1:36: agents.r.prompt: write one of stdin" },
	{ "agents: {r: {command: [a], extends: q}}\n", "c:1:37: agents.r.extends: there is no such agent" },
	{ "agents: {r: {extends: q}, q: {extends: r}}\n", "a circle" },
	{ "agents: {r: {extends: q}, q: {command: [a]}}\n", NULL },
	{ "agents: {r: {command: [a]}, r: {command: [b]}}\n", "agents.r: stands here for the second time" },
	{ "agents: {r: {command: [a], env: {set: {1A: x}}}}\n",
	    "agents.r.env.set: not the name of a variable" },
	{ "agents: {r: {command: [a], env: {secret: {A: s3cret}}}}\n",
	    "agents.r.env.secret: write file:/PATH or env:NAME" },
	{ "agents: {r: {command: [a], env: {secret: {A: \"file:/k\", B: \"env:C\"}, pass: [D]}}}\n", NULL },
	{ "agents: {r: {command: [a], env: {pass: [\"D E\"]}}}\n", "agents.r.env.pass: not the name" },
	{ "agents: {r: {command: [a], home: {texts: {../x: y}}}}\n", "agents.r.home.texts: not a path in HOME" },
	{ "agents: {r: {command: [a], home: {files: {x: /no/such}}}}\n",
	    "agents.r.home.files: /no/such: cannot be read: No such file" },
	{ "agents: {r: {command: [a], output: {format: xml}}}\n", "agents.r.output.format: write one of text|jsonl" },
	{ "agents: {r: {command: [a], output: {drop: {a: b}}}}\n", "agents.r.output.drop: write a list" },
	{ "agents: {r: {command: [a], output: {drop: [{a: [b, c], d.e: \"*\"}]}}}\n", NULL },
	{ "agents: {r: {command: [a], output: {drop: [x]}}}\n", "agents.r.output.drop: write {place: value" },
	{ "agents: {r: {command: [a], output: {final: [{when: {a: b}}]}}}\n",
	    "agents.r.output.final: 'get' is missing" },
	{ "agents: {r: {command: [a], output: {final: [{get: a}]}}}\n", "agents.r.output.final: 'when' is missing" },
	{ "agents: {r: {command: [a], output: {usage: {when: {a: b}, mode: all}}}}\n",
	    "agents.r.output.usage.mode: write one of sum|last" },
	{ "agents: {r: {command: [a], success: {require: [{when: {a: b}}]}}}\n",
	    "agents.r.success.require: 'last_of' is missing" },
	{ "agents: {r: {command: [a], success: {exit: [0, 300]}}}\n", "agents.r.success.exit: write numbers" },
	{ "agents: {r: {command: [a], classify: {auth: \"(\"}}}\n", "agents.r.classify.auth: not a pattern" },
	{ "agents: {r: {command: [a], classify: {other: x}}}\n", "agents.r.classify.other: there is no such option" },
	{ "agents: {r: {command: [a], limits: {idle: 2x}}}\n", "agents.r.limits.idle: write a time" },
	{ "agents: {r: {command: [a], limits: {cost: -1}}}\n", "agents.r.limits.cost: write a number" },
	{ "agents: {r: {command: [a], limits: {cost: 2.5, tokens: 2M}, price: {input: .5}}}\n", NULL },
	{ "slots: 1\nslots: 2\n", "c:2:1: slots: stands here for the second time" },
	{ "projects: {a: {limits: {cost: x}}}\n", "projects.a.limits.cost: 'x' is not a number" },
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

/* One that extends another has all of it but what it says itself; lists are not shared. */
/* `orchd -o` with several projects. */
static void
test_set(void **state)
{
	static const char text[] = "projects: {a: {slots: 1}, b.c: {slots: 2}}\n";
	struct problems problems;
	struct config config;

	(void)state;
	problems_init(&problems);
	config_init(&config);
	config_set(&config, "branch=x", &problems);
	assert_int_equal(problems.count, 0);
	assert_int_equal(config.project_count, 1);
	assert_string_equal(config.projects[0].branch, "x");
	config_release(&config);
	config_init(&config);
	config_file_parse(&config, "c", text, strlen(text), &problems);
	config_set(&config, "slots=9", &problems);
	config_set(&config, "b.c.slots=7", &problems);
	config_set(&config, "a.limits.timeout=5s", &problems);
	assert_int_equal(problems.count, 0);
	assert_int_equal(config.slots, 9);
	assert_int_equal(config_project_find(&config, "a")->slots, 1);
	assert_int_equal(config_project_find(&config, "a")->timeout, 5);
	assert_int_equal(config_project_find(&config, "b.c")->slots, 7);
	config_set(&config, "branch=x", &problems);
	config_set(&config, "z.branch=x", &problems);
	assert_int_equal(problems.count, 2);
	assert_non_null(strstr(problems.text[0], "there are 2 projects; write NAME.branch=VALUE"));
	assert_non_null(strstr(problems.text[1], "'z.branch': there is no such option"));
	config_release(&config);
	problems_release(&problems);
}

static void
test_extends(void **state)
{
	static const char text[] = "agents:\n  base:\n    command: [a, b]\n    prompt: file\n"
	    "    env: {set: {A: one, B: two}}\n    home: {texts: {x: one, y/z: two}}\n"
	    "    output: {format: jsonl, drop: [{t: u}], final: [{when: {t: e}, get: w}]}\n"
	    "    classify: {auth: x, network: y}\n    limits: {idle: 5m, cost: 1.5}\n"
	    "  more:\n    extends: base\n    command: [c]\n    home: {texts: {x: three}}\n"
	    "    output: {drop: [{t: v}, {t: w}]}\n    classify: {auth: z}\n";
	struct problems problems;
	struct config config;
	const struct agent *base, *more;
	const struct record_output_rule *rules;
	const struct record_home_file *home;

	(void)state;
	problems_init(&problems);
	config_init(&config);
	config_file_parse(&config, "c", text, strlen(text), &problems);
	assert_int_equal(problems.count, 0);
	base = agents_find(&config.agents, "base");
	more = agents_find(&config.agents, "more");
	assert_string_equal(base->command[1], "b");
	assert_string_equal(more->command[0], "c");
	assert_null(more->command[1]);
	assert_string_equal(more->prompt, "file");
	assert_string_equal(more->environment[1], "B=two");
	assert_int_equal(more->home.count, 2);
	home = more->home.items;
	assert_string_equal(home[0].path, "y/z");
	assert_memory_equal(home[1].content.bytes, "three", 5);
	home = base->home.items;
	assert_memory_equal(home[0].content.bytes, "one", 3);
	assert_int_equal(base->adapter.rules.count, 2);
	assert_int_equal(more->adapter.rules.count, 3);
	rules = more->adapter.rules.items;
	assert_string_equal(rules[0].purpose, "final");
	assert_string_equal(rules[2].when[0], "t=w");
	assert_int_equal(strs_count(more->adapter.classify), 2);
	assert_string_equal(more->adapter.classify[0], "auth=z");
	assert_string_equal(base->adapter.classify[1], "auth=x");
	assert_int_equal(more->idle, 300);
	assert_float_equal(more->cost, 1.5, 1e-9);
	config_release(&config);
	problems_release(&problems);
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

/* Each has a buffer of the caller's: one does not change with the next. */
static void
test_words(void **state)
{
	char method[CONFIG_WORD], order[CONFIG_WORD], none[CONFIG_WORD];

	(void)state;
	config_word("method", METHOD_REBASE, method);
	config_word("order", ORDER_PLAN, order);
	assert_string_equal(config_word("nosuch", 1, none), "");
	assert_string_equal(method, "rebase");
	assert_string_equal(order, "plan");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full), cmocka_unit_test(test_cases),
		cmocka_unit_test(test_set), cmocka_unit_test(test_files),
		cmocka_unit_test(test_extends), cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
