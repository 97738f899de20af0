/*
 * What agents' outputs mean by the rules of their entries: streams as the command lines
 * print them, in pieces of any size.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "worker/adapter.h"

#define NOW	1795724940	/* 2026-11-26 20:29:00 UTC */

#define TEXTS(...)	(char **)(uintptr_t)(const char *const[]){ __VA_ARGS__, NULL }

/* Of codex: the usage is of the session, the last of two events counts. */
static struct record_output_rule codex_rules[] = {
	{ "session", TEXTS("type=thread.started"), NULL, "thread_id" },
	{ "final", TEXTS("type=item.completed", "item.type=agent_message"), NULL, "item.text" },
	{ "error", TEXTS("type=turn.failed"), NULL, "error.message" },
	{ "step", TEXTS("type=item.completed"), NULL, NULL },
	{ "usage", TEXTS("type=turn.completed", "usage.input_tokens=*"), NULL, NULL },
	{ "require", TEXTS("type=turn.completed"), TEXTS("type=turn.completed", "type=turn.failed"), NULL },
};
static struct record_adapter codex = {
	.format = "jsonl", .rules = { codex_rules, COUNT(codex_rules) },
	.usage_mode = "cumulative_session", .usage_input = "usage.input_tokens",
	.usage_cached = "usage.cached_input_tokens", .usage_output = "usage.output_tokens",
	.usage_input_has_cached = true, .price_input = 1, .price_cached = .1, .price_output = 2,
	.classify = TEXTS("rate_limited=429|rate.?limit|usage limit|high demand", "auth=401|api key"),
};

/* Of pi: a sum, its input has not what came from the cache, and a huge stream. */
static struct record_output_rule pi_rules[] = {
	{ "drop", TEXTS("type=message_update"), NULL, NULL },
	{ "session", TEXTS("type=session"), NULL, "id" },
	{ "final", TEXTS("type=message_end", "message.role=assistant"), NULL, "message.content[].text" },
	{ "error", TEXTS("type=message_end", "message.role=assistant"), NULL, "message.errorMessage" },
	{ "usage", TEXTS("type=message_end", "message.role=assistant"), NULL, NULL },
	{ "require", TEXTS("message.stopReason=stop"), TEXTS("type=message_end", "message.role=assistant"),
	    NULL },
};
static struct record_adapter pi = {
	.format = "jsonl", .rules = { pi_rules, COUNT(pi_rules) }, .usage_mode = "sum",
	.usage_input = "message.usage.input", .usage_cached = "message.usage.cacheRead",
	.usage_output = "message.usage.output", .usage_cost = "message.usage.cost.total",
	.classify = TEXTS("rate_limited=429|usage limit", "auth=401"),
};

static struct record_output_rule deny_rules[] = {
	{ "deny", TEXTS("type=error"), NULL, NULL },
};
static struct record_adapter deny = { .format = "jsonl", .rules = { deny_rules, 1 },
	.exits = TEXTS("0", "3") };

static const char codex_good[] =
    "{\"type\":\"thread.started\",\"thread_id\":\"01a2\"}\n"
    "{\"type\":\"item.completed\",\"item\":{\"type\":\"error\",\"message\":\"metadata not found 429\"}}\n"
    "{\"type\":\"turn.started\"}\n"
    "{\"type\":\"item.completed\",\"item\":{\"type\":\"command_execution\",\"exit_code\":0}}\n"
    "{\"type\":\"item.completed\",\"item\":{\"type\":\"agent_message\",\"text\":\"all DONE\"}}\n"
    "{\"type\":\"turn.completed\",\"usage\":{\"input_tokens\":2100,\"cached_input_tokens\":500,"
    "\"output_tokens\":100}}\n";
static const char codex_failed[] =
    "{\"type\":\"thread.started\",\"thread_id\":\"01a3\"}\n"
    "{\"type\":\"error\",\"message\":\"Reconnecting... 1/5\"}\n"
    "{\"type\":\"turn.failed\",\"error\":{\"message\":\"unexpected status 401 Unauthorized\"}}\n";
static const char codex_limit[] =
    "{\"type\":\"turn.failed\",\"error\":{\"message\":\"You\xe2\x80\x99ve hit your usage limit. "
    "Visit https://x.example or try again at 9:28 PM.\"}}\n";
static const char pi_good[] =
    "{\"type\":\"session\",\"id\":\"s1\"}\n"
    "{\"type\":\"message_end\",\"message\":{\"role\":\"user\",\"content\":[{\"type\":\"text\","
    "\"text\":\"say DONE\"}]}}\n"
    "{\"type\":\"message_update\",\"message\":{\"role\":\"assistant\"}}\n"
    "{\"type\":\"message_end\",\"message\":{\"role\":\"assistant\",\"content\":[{\"type\":\"toolCall\"}],"
    "\"usage\":{\"input\":1000,\"output\":50,\"cacheRead\":0,\"cost\":{\"total\":0.0011}},"
    "\"stopReason\":\"toolUse\"}}\n"
    "{\"type\":\"message_end\",\"message\":{\"role\":\"assistant\",\"content\":[{\"type\":\"text\","
    "\"text\":\"done\"}],\"usage\":{\"input\":600,\"output\":50,\"cacheRead\":500,\"cost\":"
    "{\"total\":0.00075}},\"stopReason\":\"stop\"}}\n";
static const char pi_failed[] =
    "{\"type\":\"message_end\",\"message\":{\"role\":\"assistant\",\"content\":[],\"usage\":{\"input\":0,"
    "\"output\":0,\"cacheRead\":0,\"cost\":{\"total\":0}},\"stopReason\":\"error\","
    "\"errorMessage\":\"401 Incorrect API key provided\"}}\n";

static const struct {
	const char *name;
	const struct record_adapter *rules;
	const char *output, *promise;
	enum adapter_said said;
	const char *session, *final, *error, *class;
	bool promised;
	struct tokens used;
	uint64_t steps;
	time_t until;
	size_t dropped;		/* bytes that are not stored */
} cases[] = {
	{ "codex", &codex, codex_good, "DONE", SAID_WELL, "01a2", "all DONE", NULL, NULL, true,
	    { 2100, 500, 100, .00185 }, 3, 0, 0 },
	{ "codex, 401", &codex, codex_failed, NULL, SAID_BADLY, "01a3", NULL,
	    "unexpected status 401 Unauthorized", "auth", false, { 0 }, 0, 0, 0 },
	{ "codex, usage limit", &codex, codex_limit, NULL, SAID_BADLY, NULL, NULL,
	    "You\xe2\x80\x99ve hit your usage limit. Visit https://x.example or try again at 9:28 PM.",
	    "rate_limited", false, { 0 }, 0, NOW + 59 * 60, 0 },
	{ "codex, no word", &codex, "", NULL, SAID_BADLY, NULL, NULL, NULL, NULL, false, { 0 }, 0, 0, 0 },
	{ "codex, words that are no JSON", &codex, "WARNING: 401\n\x1b[31mred\n\xff\xfe", NULL, SAID_BADLY,
	    NULL, NULL, NULL, NULL, false, { 0 }, 0, 0, 0 },
	/* The prompt, which it repeats, has the promise; its own words have not. */
	{ "pi", &pi, pi_good, "DONE", SAID_WELL, "s1", "done", NULL, NULL, false,
	    { 2100, 500, 100, .00185 }, 0, 0, 57 },
	{ "pi, 401", &pi, pi_failed, NULL, SAID_BADLY, NULL, NULL, "401 Incorrect API key provided", "auth",
	    false, { 0 }, 0, 0, 0 },
	{ "pi, cut in its last line", &pi, "{\"type\":\"message_end\",\"message\":{\"role\":\"assistant\",",
	    NULL, SAID_BADLY, NULL, NULL, NULL, NULL, false, { 0 }, 0, 0, 0 },
	{ "what must not be, and is not", &deny, "{\"type\":\"x\"}\n", NULL, SAID_WELL, NULL, NULL, NULL, NULL,
	    false, { 0 }, 0, 0, 0 },
	{ "what must not be", &deny, "{\"type\":\"error\"}\n{\"type\":\"x\"}", NULL, SAID_BADLY, NULL, NULL,
	    NULL, NULL, false, { 0 }, 0, 0, 0 },
	{ "nothing is known of it", NULL, "{\"type\":\"error\"}\n", NULL, SAID_NOTHING, NULL, NULL, NULL, NULL,
	    false, { 0 }, 0, 0, 0 },
};

static void
keep(void *context, const unsigned char *bytes, size_t len)
{
	buffer_add(context, bytes, len);
}

static void
check_text(const char *name, const char *what, const char *got, const char *want)
{
	if (!str_same(got, want))
		fail_msg("%s: %s '%s', expected '%s'", name, what, got ? got : "(none)", want ? want : "(none)");
}

static void
check(size_t i, size_t piece)
{
	size_t len = strlen(cases[i].output), at;
	struct buffer kept;
	struct adapter *adapter;
	const char *word;
	struct tokens used;
	time_t until;

	buffer_init(&kept);
	adapter = adapter_new(cases[i].rules, keep, &kept);
	adapter_begin(adapter, false, cases[i].promise);
	for (at = 0; at < len; at += piece)
		adapter_output(adapter, (const unsigned char *)cases[i].output + at,
		    piece < len - at ? piece : len - at);
	adapter_end(adapter);
	if (adapter_said(adapter) != cases[i].said)
		fail_msg("%s: said %d, expected %d", cases[i].name, adapter_said(adapter), cases[i].said);
	check_text(cases[i].name, "session", adapter_session(adapter), cases[i].session);
	check_text(cases[i].name, "final", adapter_final(adapter), cases[i].final);
	check_text(cases[i].name, "error", adapter_error(adapter), cases[i].error);
	word = adapter_classify(adapter, adapter_error(adapter) ? adapter_error(adapter) : "", NOW, &until);
	check_text(cases[i].name, "class", word, cases[i].class);
	assert_int_equal(until, cases[i].until);
	assert_int_equal(adapter_promised(adapter), cases[i].promised);
	used = usage_total(adapter_usage(adapter));
	if (used.input != cases[i].used.input || used.cached != cases[i].used.cached ||
	    used.output != cases[i].used.output)
		fail_msg("%s: %ju input, %ju cached, %ju output", cases[i].name, (uintmax_t)used.input,
		    (uintmax_t)used.cached, (uintmax_t)used.output);
	assert_float_equal(used.cost, cases[i].used.cost, 1e-9);
	assert_int_equal(adapter_usage(adapter)->steps, cases[i].steps);
	if (kept.len != len - cases[i].dropped)
		fail_msg("%s: %zu bytes of %zu stored", cases[i].name, kept.len, len);
	adapter_free(adapter);
	buffer_release(&kept);
}

static void
test_cases(void **state)
{
	size_t i, piece;

	(void)state;
	setenv("TZ", "UTC", 1);
	for (i = 0; i < COUNT(cases); i++)
		for (piece = 1; piece < 1200; piece += piece < 40 ? 1 : 77)
			check(i, piece);
}

/* The agent goes on with its session: what it counts there is not counted twice. */
static void
test_resume(void **state)
{
	static const char more[] = "{\"type\":\"turn.completed\",\"usage\":{\"input_tokens\":4200,"
	    "\"cached_input_tokens\":1000,\"output_tokens\":200}}\n";
	struct buffer kept;
	struct adapter *adapter;

	(void)state;
	buffer_init(&kept);
	adapter = adapter_new(&codex, keep, &kept);
	adapter_begin(adapter, false, NULL);
	adapter_output(adapter, (const unsigned char *)codex_good, sizeof(codex_good) - 1);
	adapter_end(adapter);
	adapter_begin(adapter, true, NULL);
	assert_string_equal(adapter_session(adapter), "01a2");
	assert_null(adapter_final(adapter));
	assert_int_equal(adapter_said(adapter), SAID_BADLY);
	adapter_output(adapter, (const unsigned char *)more, sizeof(more) - 1);
	adapter_end(adapter);
	assert_int_equal(adapter_said(adapter), SAID_WELL);
	assert_int_equal(usage_total(adapter_usage(adapter)).input, 4200);
	assert_int_equal(usage_total(adapter_usage(adapter)).output, 200);
	adapter_free(adapter);
	buffer_release(&kept);
}

static size_t	stored;

static void
count(void *context, const unsigned char *bytes, size_t len)
{
	(void)context;
	(void)bytes;
	stored += len;
}

/* A line of 20 MB is read as any other, one of 80 MB is stored and not read. */
static void
test_long_lines(void **state)
{
	static const char start[] = "{\"type\":\"error\",\"text\":\"";
	unsigned char *piece = mem_zero(1, 65536);
	struct adapter *adapter;
	size_t megabytes, i;

	(void)state;
	memset(piece, 'x', 65536);
	for (megabytes = 20; megabytes <= 80; megabytes += 60) {
		stored = 0;
		adapter = adapter_new(&deny, count, NULL);
		adapter_begin(adapter, false, NULL);
		adapter_output(adapter, (const unsigned char *)start, sizeof(start) - 1);
		for (i = 0; i < megabytes * 16; i++)
			adapter_output(adapter, piece, 65536);
		adapter_output(adapter, (const unsigned char *)"\"}\n{\"type\":\"y\"}\n", 17);
		adapter_end(adapter);
		assert_int_equal(adapter_said(adapter), megabytes == 20 ? SAID_BADLY : SAID_WELL);
		assert_int_equal(stored, sizeof(start) - 1 + (megabytes << 20) + 17);
		adapter_free(adapter);
	}
	free(piece);
}

static void
test_exits(void **state)
{
	struct adapter *plain = adapter_new(NULL, count, NULL), *some = adapter_new(&deny, count, NULL);

	(void)state;
	assert_true(adapter_exit_good(plain, 0));
	assert_false(adapter_exit_good(plain, 3));
	assert_true(adapter_exit_good(some, 3));
	assert_false(adapter_exit_good(some, 1));
	adapter_free(plain);
	adapter_free(some);
}

/* Steps that stand on its standard error alone, whatever pieces it comes in. */
static void
test_step_errors(void **state)
{
	static const char text[] = "ERROR tools: no\nfine ERROR too\n\nwarning\nx ERROR tools: yes\nERROR tools";
	static struct record_adapter rules = { .format = "text", .step_errors = "ERROR (tools|too)" };
	struct adapter *adapter;
	size_t piece, at;

	(void)state;
	for (piece = 1; piece < sizeof(text); piece++) {
		adapter = adapter_new(&rules, count, NULL);
		adapter_begin(adapter, false, NULL);
		for (at = 0; at < sizeof(text) - 1; at += piece)
			adapter_errors(adapter, (const unsigned char *)text + at,
			    piece < sizeof(text) - 1 - at ? piece : sizeof(text) - 1 - at);
		adapter_end(adapter);
		assert_int_equal(adapter_usage(adapter)->steps, 3);
		adapter_free(adapter);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases), cmocka_unit_test(test_resume),
		cmocka_unit_test(test_long_lines), cmocka_unit_test(test_exits),
		cmocka_unit_test(test_step_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
