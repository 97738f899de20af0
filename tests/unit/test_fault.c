/* Whose fault it is that Git does not take a pack, by table. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "commitd/fault.h"
#include "protocol/buffer.h"
#include "protocol/mem.h"

#define OBJECT "error: object 0123456789012345678901234567890123456789: "
#define PACKED "fatal: fsck error in packed objects\n"

static void
by_table(void **state)
{
	static const struct { const char *said; enum error error; } rows[] = {
		/* The machine. */
		{ "fatal: unable to create temporary file: No space left on device\n", ERROR_DISK_FULL },
		{ "fatal: sha1 file '<stdout>' write error. Out of diskspace\n", ERROR_DISK_FULL },
		{ "error: unable to write file ./objects/12/3: Disk quota exceeded\n"
		    "fatal: failed to write object\n", ERROR_DISK_FULL },
		{ "error: unable to open x: Too many open files\n", ERROR_SYSTEM },
		{ "fatal: unable to create thread: Resource temporarily unavailable", ERROR_SYSTEM },
		{ "fatal: Out of memory, malloc failed (tried to allocate 12345 bytes)\n", ERROR_SYSTEM },
		{ "fatal: fsync error on 'x': Input/output error\n", ERROR_SYSTEM },
		{ "fatal: cannot store pack file\n", ERROR_SYSTEM },
		{ "warning: something\nfatal: cannot pread pack file\n", ERROR_SYSTEM },
		/* The pack. */
		{ "", ERROR_INVALID },
		{ "fatal: pack has 2 unresolved deltas\n", ERROR_INVALID },
		{ "fatal: pack is corrupted (SHA1 mismatch)\n", ERROR_INVALID },
		{ OBJECT "hasDotgit: contains '.git'\n" PACKED, ERROR_INVALID },
		{ PACKED, ERROR_INVALID },
		/* The pack, in the words of the machine. */
		{ OBJECT "gitmodulesUrl: disallowed submodule url: -No space left on device\n" PACKED,
		    ERROR_INVALID },
		{ OBJECT "gitmodulesUrl: disallowed submodule url: -x: Input/output error\n" PACKED,
		    ERROR_INVALID },
		{ OBJECT "gitmodulesUrl: disallowed submodule url: -x\nfatal: x: No space left on device\n"
		    PACKED, ERROR_INVALID },
		{ OBJECT "gitmodulesName: disallowed submodule name: ../Out of memory\n" PACKED,
		    ERROR_INVALID },
		{ "fatal: x: No space left on device\n" OBJECT "missingEmail: x\n", ERROR_INVALID },
		{ "warning: object 0123456789012345678901234567890123456789: badTagName: invalid 'tag' "
		    "name: No space left on device\nfatal: pack has 1 unresolved delta\n", ERROR_INVALID },
		{ "fatal: a No space left on device of another kind\n", ERROR_INVALID },
		{ "No space left on device\n", ERROR_INVALID },
		{ "fatal: No space left on device", ERROR_DISK_FULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		if (fault_of(rows[i].said) != rows[i].error)
			fail_msg("%s: %s", rows[i].said, error_wire(fault_of(rows[i].said)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(by_table) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
