/* What is fenced, by version of Landlock: never a right that the kernel does not know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "fence/inside.h"
#include "fence/rules.h"
#include "protocol/mem.h"

#define WRITE_FILE	(1ULL << 1)
#define MAKE_CHAR	(1ULL << 6)
#define MAKE_BLOCK	(1ULL << 11)
#define REFER		(1ULL << 13)
#define TRUNCATE	(1ULL << 14)
#define IOCTL_DEVICE	(1ULL << 15)

/* All rights that a version knows. */
static const struct { int abi; uint64_t known, scoped; } versions[] = {
	{ 2, TRUNCATE - 1, 0 }, { 3, IOCTL_DEVICE - 1, 0 }, { 4, IOCTL_DEVICE - 1, 0 },
	{ 5, (IOCTL_DEVICE << 1) - 1, 0 }, { 6, (IOCTL_DEVICE << 1) - 1, 3 },
	{ 7, (IOCTL_DEVICE << 1) - 1, 3 }, { 99, (IOCTL_DEVICE << 1) - 1, 3 },
};

static void
knows_its_version(void **state)
{
	struct rules all;
	struct rule rule;
	size_t i, j;

	(void)state;
	assert_int_equal(versions[0].abi, FENCE_ABI);
	for (i = 0; i < COUNT(versions); i++) {
		all = rules_all(versions[i].abi);
		assert_int_equal(all.files & ~versions[i].known, 0);
		assert_true((all.files & (REFER | WRITE_FILE)) == (REFER | WRITE_FILE));
		assert_int_equal(all.scoped, versions[i].scoped);
		assert_int_equal(all.network, 0);
		/* Nothing is read or executed by leave of a rule. */
		assert_int_equal(all.files & (1 | 4 | 8), 0);
		for (j = 0; (rule = rules_at(j, versions[i].abi)).folder != NULL; j++) {
			/* An exception from what is not fenced is an error of the kernel's. */
			assert_int_equal(rule.rights & ~all.files, 0);
			assert_int_equal(rule.rights & (MAKE_CHAR | MAKE_BLOCK), 0);
			assert_true(rule.rights & WRITE_FILE);
			assert_int_equal(rule.folder[0], '/');
		}
		assert_int_equal(j, 7);
	}
}

/* Only where an agent works it may make and remove. */
static void
makes_where_it_works(void **state)
{
	static const char *const folders[] = { "/workspace", "/home/agent", "/tmp", "/run/orch/notes",
	    "/dev/shm" };
	struct rule rule;
	size_t i, j;
	bool works;

	(void)state;
	for (i = 0; (rule = rules_at(i, 7)).folder != NULL; i++) {
		works = false;
		for (j = 0; j < COUNT(folders); j++)
			works = works || strcmp(folders[j], rule.folder) == 0;
		assert_int_equal((rule.rights & REFER) != 0, works);
		assert_int_equal((rule.rights & ~(WRITE_FILE | TRUNCATE | IOCTL_DEVICE)) != 0, works);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_its_version),
		cmocka_unit_test(makes_where_it_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
