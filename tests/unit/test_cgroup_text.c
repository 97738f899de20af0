/* The words of cgroup v2: what is read from its files, what is written into them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "protocol/cgroup_text.h"
#include "protocol/mem.h"

static void
test_value(void **state)
{
	static const char events[] = "low 0\nhigh 0\nmax 17\noom 2\noom_kill 3\noom_group_kill 1\n";
	const struct { const char *text, *key; bool there; uint64_t value; } rows[] = {
		{ events, "oom_kill", true, 3 }, { events, "oom", true, 2 }, { events, "max", true, 17 },
		{ events, "low", true, 0 }, { events, "kill", false, 0 }, { events, "oom_ki", false, 0 },
		{ "usage_usec 18446744073709551615\n", "usage_usec", true, UINT64_MAX },
		{ "usage_usec\n", "usage_usec", false, 0 }, { "usage_usec many\n", "usage_usec", false, 0 },
		{ "", "max", false, 0 }, { NULL, "max", false, 0 }, { "max 5", "max", true, 5 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		uint64_t value = 0;

		assert_int_equal(cgroup_text_value(rows[i].text, rows[i].key, &value), rows[i].there);
		assert_int_equal(value, rows[i].value);
	}
}

static void
test_has(void **state)
{
	const struct { const char *words, *word; bool has; } rows[] = {
		{ "cpuset cpu io memory pids\n", "memory", true }, { "cpuset cpu io memory pids\n", "pids", true },
		{ "cpuset io\n", "cpu", false }, { "hugetlb\n", "memory", false }, { "\n", "cpu", false },
		{ "", "cpu", false }, { " cpu", "cpu", true }, { "cpux", "cpu", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		assert_int_equal(cgroup_text_has(rows[i].words, rows[i].word), rows[i].has);
}

static void
test_own(void **state)
{
	const struct { const char *text, *own; } rows[] = {
		{ "0::/system.slice/orchd.service\n", "/system.slice/orchd.service" },
		{ "9:name=systemd:/x\n4:memory:/y\n0::/\n", "/" }, { "0::/a\n1:b:/c\n", "/a" },
		{ "9:name=systemd:/x\n10::/y\n", NULL }, { "0::\n", NULL }, { "", NULL }, { NULL, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		char *own = cgroup_text_own(rows[i].text);

		if (rows[i].own == NULL)
			assert_null(own);
		else
			assert_string_equal(own, rows[i].own);
		free(own);
	}
}

static void
test_folder(void **state)
{
	static const char whole[] = "22 1 254:0 / / rw - ext4 /dev/vda rw\n"
	    "30 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n";
	static const char hybrid[] = "31 22 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
	    "32 22 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
	static const char part[] = "33 22 0:28 /box /mnt rw - cgroup2 none rw\n";
	static const char both[] = "33 22 0:28 /box /mnt rw - cgroup2 none rw\n"
	    "34 22 0:28 / /sys/fs/cgroup rw - cgroup2 none rw";
	static const char blank[] = "34 22 0:28 / /with\\040blank rw - cgroup2 none rw\n";
	const struct { const char *mounts, *own, *folder; } rows[] = {
		{ whole, "/system.slice/orchd.service", "/sys/fs/cgroup/system.slice/orchd.service" },
		{ whole, "/", "/sys/fs/cgroup" }, { hybrid, "/a", "/sys/fs/cgroup/unified/a" },
		{ part, "/box/inner", "/mnt/inner" }, { part, "/box", "/mnt" }, { part, "/boxes", NULL },
		{ part, "/", NULL }, { both, "/other", "/sys/fs/cgroup/other" }, { blank, "/a", "/with blank/a" },
		{ "22 1 254:0 / / rw - ext4 /dev/vda rw\n", "/", NULL }, { "", "/", NULL },
		{ "22 1 0:2 / /x rw - tmpfs cgroup2 rw\n", "/", NULL }, { "nonsense - cgroup2 \n", "/", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		char *folder = cgroup_text_folder(rows[i].mounts, rows[i].own);

		if (rows[i].folder == NULL)
			assert_null(folder);
		else
			assert_string_equal(folder, rows[i].folder);
		free(folder);
	}
}

static void
test_cpu(void **state)
{
	const struct { double cores; const char *text; } rows[] = {
		{ 0, "max 100000" }, { -1, "max 100000" }, { 1, "100000 100000" }, { 0.5, "50000 100000" },
		{ 2.25, "225000 100000" }, { 0.001, "1000 100000" }, { 4096, "409600000 100000" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		char *text = cgroup_text_cpu(rows[i].cores);

		assert_string_equal(text, rows[i].text);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_value), cmocka_unit_test(test_has), cmocka_unit_test(test_own),
		cmocka_unit_test(test_folder), cmocka_unit_test(test_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
