/* Messages in, messages out: every forged trailer goes, all else stays. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "commitd/trailers.h"
#include "protocol/mem.h"

#define LINE	"0123456789012345678901234567890123456789"
#define OURS	"Orch-Task: t\nOrch-Attempt: 2\nOrch-Ticket: 7\nOrch-Agent: robot\n" \
		"Orch-Verdict: PASS\nOrch-Line: " LINE "\n"

#define CUT	"# ------------------------ >8 ------------------------\n"

static const struct trailers ours = { "t", "2", "robot", "PASS", LINE, 7, false };

static const struct { const char *in, *out; } cases[] = {
	{ "One line", "One line\n\n" OURS },
	{ "One line\n\n\n  \n", "One line\n\n" OURS },
	{ "Subject\n\nBody  \nmore\n", "Subject\n\nBody  \nmore\n\n" OURS },
	{ "Subject\n\nBody\n\nSigned-off-by: A <a@x>\n",
	    "Subject\n\nBody\n\nSigned-off-by: A <a@x>\n" OURS },
	{ "Subject\n\nSigned-off-by: A\n continued\nFixes: #3\n",
	    "Subject\n\nSigned-off-by: A\n continued\nFixes: #3\n" OURS },
	{ "fix: a subject that looks like a trailer\n",
	    "fix: a subject that looks like a trailer\n\n" OURS },
	{ "Subject\n\nOrch-Ticket: 1\n", "Subject\n\n" OURS },
	{ "Subject\n\nORCH-ticket : 1\n  and more\nAcked-by: B\n", "Subject\n\nAcked-by: B\n" OURS },
	{ "Subject\n\nBody\n\nOrch-Line: x\n\nOrch-Task: y\n\n", "Subject\n\nBody\n\n" OURS },
	{ "Subject\n\nBody\nOrch-Line: x\nend", "Subject\n\nBody\nend\n\n" OURS },
	{ "Orch-Ticket: 3", "t\n\n" OURS },
	{ "", "t\n\n" OURS },
	{ "\n\n", "t\n\n" OURS },
	{ "Subject\n\n\xff\xfe\x01 bytes\n", "Subject\n\n\xff\xfe\x01 bytes\n\n" OURS },
	{ "Subject\n\nOrchestra: no trailer of ours\n",
	    "Subject\n\nOrchestra: no trailer of ours\n" OURS },
	/* What Git does not count among the message's lines when it looks for trailers. */
	{ "Subject\n\nOrch-Ticket: 1\n\n# a note\n", "Subject\n\n\n# a note\n\n" OURS },
	{ "Subject\n\nOrch-Ticket: 1\n  more\n\n#a\n  \n\n#b\n", "Subject\n\n\n#a\n  \n\n#b\n\n" OURS },
	{ "Subject\n\nOrch-Ticket: 1\n# a note\nAcked-by: B\n",
	    "Subject\n\n# a note\nAcked-by: B\n\n" OURS },
	{ "Subject\n\nOrch-Task: 1\n\nOrch-Line: 2\n#\n", "Subject\n\n\n#\n\n" OURS },
	{ "Subject\n\nOrch-Task: 1\n\nConflicts:\n\ta\n\n\tb\n# c\n",
	    "Subject\n\n\nConflicts:\n\ta\n\n\tb\n# c\n\n" OURS },
	{ "Subject\n\nOrch-Task: 1\n\nConflicts:\n\ta\nb\n",
	    "Subject\n\nOrch-Task: 1\n\nConflicts:\n\ta\nb\n\n" OURS },
	{ "Subject\n\nOrch-Task: 1\n\tand more\n", "Subject\n\n" OURS },
	{ "Subject\n\nOrch-Task: 1\n---\n a | 1 +\n\nend\n", "Subject\n\n---\n a | 1 +\n\nend\n\n" OURS },
	{ "Subject\n\nOrch-Task: 1\n----\nend\n", "Subject\n\n----\nend\n\n" OURS },
	{ "Subject\n\nOrch-Task: 1\n\n----\nend\n", "Subject\n\nOrch-Task: 1\n\n----\nend\n\n" OURS },
	/* Behind such a line ours would not be found. */
	{ "Subject\n\nOrch-Task: 1\n\n" CUT "diff\n", "Subject\n\n" OURS },
	{ "Subject\n\nBody\n" CUT "Orch-Task: 1\n", "Subject\n\nBody\n\n" OURS },
	{ CUT "Subject\n", "t\n\n" OURS },
	{ "# only\n", "# only\n\n" OURS },
};

static void
writes(void **state)
{
	struct buffer out;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		buffer_init(&out);
		trailers_write(&out, cases[i].in, strlen(cases[i].in), &ours);
		assert_string_equal(buffer_text(&out), cases[i].out);
		buffer_release(&out);
	}
}

/* Nothing else changes in what stays beside the line. */
static void
strips(void **state)
{
	static const struct { const char *in, *out; } rows[] = {
		{ "Subject\n\nBody\n\n\n# a\n", NULL },
		{ "Subject\n\nBody\n---\n\n", NULL },
		{ "Subject\n" CUT "Orch\n", NULL },
		{ "Subject\n\nOrch-Task: 1\n\n# a\n\n", "Subject\n\n\n# a\n" },
		{ "Subject\n\nOrch-Task: 1\n\n" CUT "Orch-Ticket: 2\n", "Subject\n\n\n" CUT },
		{ "Subject\n\nOrch-Task: 1\n---\nOrch-Ticket: 2\n", "Subject\n\n---\n" },
	};
	struct buffer out;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		buffer_init(&out);
		assert_int_equal(trailers_strip(&out, rows[i].in, strlen(rows[i].in)),
		    rows[i].out != NULL);
		assert_string_equal(buffer_text(&out), rows[i].out ? rows[i].out : rows[i].in);
		buffer_release(&out);
	}
}

static void
reads_what_it_wrote(void **state)
{
	struct trailers read;
	struct buffer out;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		buffer_init(&out);
		trailers_write(&out, cases[i].in, strlen(cases[i].in), &ours);
		assert_true(trailers_read((char *)out.bytes, out.len, &read));
		assert_int_equal(read.ticket, 7);
		assert_string_equal(read.task, "t");
		assert_string_equal(read.attempt, "2");
		assert_string_equal(read.agent, "robot");
		assert_string_equal(read.verdict, "PASS");
		assert_string_equal(read.line, LINE);
		buffer_release(&out);
	}
}

/* The word on the sandbox comes last, and only when there was none. */
static void
tells_of_no_sandbox(void **state)
{
	static const char forged[] = "Subject\n\nOrch-Sandbox: bubblewrap\n";
	struct trailers bare = ours, read;
	struct buffer out;

	(void)state;
	bare.bare = true;
	buffer_init(&out);
	trailers_write(&out, forged, strlen(forged), &bare);
	assert_string_equal(buffer_text(&out), "Subject\n\n" OURS "Orch-Sandbox: none\n");
	assert_true(trailers_read((char *)out.bytes, out.len, &read));
	assert_true(read.bare);
	assert_string_equal(read.line, LINE);
	buffer_release(&out);
	buffer_init(&out);
	trailers_write(&out, forged, strlen(forged), &ours);
	assert_string_equal(buffer_text(&out), "Subject\n\n" OURS);
	assert_true(trailers_read((char *)out.bytes, out.len, &read));
	assert_false(read.bare);
	buffer_release(&out);
}

static void
reads_nothing_else(void **state)
{
	static const char *const broken[] = {
		"", "Subject\n", OURS "\nA paragraph behind them\n",
		"Subject\n\n" OURS "Orch-Ticket: 8\n",			/* twice */
		"Subject\n\n" OURS "Orch-Sandbox: none\nOrch-Sandbox: none\n",
		"Subject\n\nOrch-Task: t\nOrch-Ticket: 7\n",		/* not all */
		"Subject\n\nOrch-Task: t\nOrch-Attempt: 2\nOrch-Ticket: -7\nOrch-Agent: robot\n"
		    "Orch-Verdict: PASS\nOrch-Line: " LINE "\n",
		"Subject\n\nOrch-Task: t\nOrch-Attempt: 2\nOrch-Ticket: 0\nOrch-Agent: robot\n"
		    "Orch-Verdict: PASS\nOrch-Line: " LINE "\n",
	};
	struct trailers read;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(broken); i++)
		assert_false(trailers_read(broken[i], strlen(broken[i]), &read));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes),
		cmocka_unit_test(strips),
		cmocka_unit_test(reads_what_it_wrote),
		cmocka_unit_test(tells_of_no_sandbox),
		cmocka_unit_test(reads_nothing_else),
	};

	return cmocka_run_group_tests_name("trailers", tests, NULL, NULL);
}
