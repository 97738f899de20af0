/* Values at places of a JSON text, whatever pieces it comes in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "worker/json_values.h"

static char type[] = "type", item[] = "item.type", inside[] = "message.content[].text",
    number[] = "a.b.c", list[] = "list[]";
static char *const places[] = { type, item, inside, number, list };

#define PLACES	COUNT(places)

/* Expected: NULL: not there. `json`: is it a whole map? */
static const struct { const char *text; bool json; const char *values[PLACES]; } cases[] = {
	{ "{}", true, { NULL } },
	{ "", false, { NULL } },
	{ "[]", false, { NULL } },
	{ "\"type\"", false, { NULL } },
	{ "{\"type\":\"x\"}", true, { "x" } },
	{ " {\"type\" : \"x\" } ", true, { "x" } },
	{ "{\"type\":\"x\"", false, { NULL } },
	{ "{\"type\":\"x\"} trailing", false, { NULL } },
	{ "{\"type\":\"x\"}{}", false, { NULL } },
	{ "{\"type\":null}", true, { NULL } },
	{ "{\"type\":true,\"a\":{\"b\":{\"c\":-1.5e3}}}", true, { "true", NULL, NULL, "-1.5e3" } },
	{ "{\"type\":{\"type\":\"x\"}}", true, { NULL } },
	{ "{\"item\":{\"type\":\"y\",\"z\":[1,{\"type\":\"q\"}]},\"type\":\"x\"}", true, { "x", "y" } },
	{ "{\"item\":{\"no\":1},\"type\":\"x\"}", true, { "x" } },
	{ "{\"item.type\":\"spoof\"}", true, { NULL } },
	{ "{\"item\":{\"type.x\":1,\"type\":\"y\"}}", true, { NULL, "y" } },
	{ "{\"list[]\":\"spoof\",\"list\":[1,[2],{\"a\":3},4]}", true, { NULL, NULL, NULL, NULL, "4" } },
	{ "{\"message\":{\"content\":[{\"text\":\"a\"},{\"text\":\"b\"},{\"t\":1}]}}", true,
	    { NULL, NULL, "b" } },
	{ "{\"type\":\"\\u00e9\\n\\\"\"}", true, { "\xc3\xa9\n\"" } },
	{ "{\"type\":\"\xff\xfe\"}", true, { "\xff\xfe" } },
	{ "{\"type\":\"a\",\"type\":\"b\"}", true, { "b" } },
	{ "{\"a\":{\"b\":{\"c\":1},\"x\":{\"c\":2}},\"b\":{\"c\":3},\"c\":4}", true, { NULL, NULL, NULL, "1" } },
	{ "{type:\"x\"}", false, { NULL } },
	{ "not JSON at all", false, { NULL } },
};

static void
check(struct json_values *values, size_t i, size_t piece)
{
	size_t len = strlen(cases[i].text), at, place;

	json_values_begin(values);
	for (at = 0; at < len; at += piece)
		json_values_feed(values, cases[i].text + at, piece < len - at ? piece : len - at);
	if (json_values_end(values) != cases[i].json)
		fail_msg("'%s' in pieces of %zu: JSON %d expected", cases[i].text, piece, cases[i].json);
	for (place = 0; place < PLACES; place++) {
		const struct json_value *value = json_values_at(values, place);
		const char *want = cases[i].values[place];

		if (value->there != (want != NULL) || (want != NULL && (value->text.len != strlen(want) ||
		    memcmp(value->text.bytes, want, strlen(want)) != 0)))
			fail_msg("'%s' in pieces of %zu: %s: '%.*s', expected '%s'", cases[i].text, piece,
			    places[place], (int)value->text.len, (const char *)value->text.bytes,
			    want ? want : "(nothing)");
	}
}

static void
test_cases(void **state)
{
	struct json_values *values = json_values_new(places, PLACES);
	size_t i, piece;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		for (piece = 1; piece < 40; piece++)
			check(values, i, piece);
	json_values_free(values);
}

/* Deeper than any place: nothing there, and what comes after it is found again. */
static void
test_deep(void **state)
{
	struct json_values *values = json_values_new(places, PLACES);
	int depth, i;

	(void)state;
	for (depth = 1; depth < 1000; depth += 7) {
		json_values_begin(values);
		json_values_feed(values, "{\"deep\":", 8);
		for (i = 0; i < depth; i++)
			json_values_feed(values, i % 2 ? "[" : "{\"type\":", i % 2 ? 1 : 8);
		json_values_feed(values, "1", 1);
		while (i-- > 0)
			json_values_feed(values, i % 2 ? "]" : "}", 1);
		json_values_feed(values, ",\"type\":\"x\"}", 12);
		assert_true(json_values_end(values));
		assert_true(json_values_at(values, 0)->there);
		assert_memory_equal(json_values_at(values, 0)->text.bytes, "x", 1);
		assert_false(json_values_at(values, 1)->there);
	}
	json_values_free(values);
}

/* A text of 20 MB: cut, and the rest of the line is read. */
static void
test_huge(void **state)
{
	struct json_values *values = json_values_new(places, PLACES);
	char *piece = mem_zero(1, 65536);
	int i;

	(void)state;
	memset(piece, 'a', 65536);
	json_values_begin(values);
	json_values_feed(values, "{\"type\":\"", 9);
	for (i = 0; i < 320; i++)
		assert_true(json_values_feed(values, piece, 65536));
	json_values_feed(values, "\",\"item\":{\"type\":7}}", 20);
	assert_true(json_values_end(values));
	assert_int_equal(json_values_at(values, 0)->text.len, JSON_TEXT_MAX);
	assert_memory_equal(json_values_at(values, 1)->text.bytes, "7", 1);
	free(piece);
	json_values_free(values);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases), cmocka_unit_test(test_deep), cmocka_unit_test(test_huge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
