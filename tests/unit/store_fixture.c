/* A database for a test: see store_fixture.h. */
#include "store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "protocol/mem.h"

void
store_fixture_init(struct store_fixture *fixture)
{
	char *why;

	*fixture = (struct store_fixture){ .folder = "/tmp/test-store.XXXXXX" };
	assert_non_null(mkdtemp(fixture->folder));
	fixture->path = str_format("%s/orch.db", fixture->folder);
	fixture->store = store_open(fixture->path, &why);
	assert_non_null(fixture->store);
}

void
store_fixture_release(struct store_fixture *fixture)
{
	static const char *const names[] = { "", "-wal", "-shm" };
	char *path;
	size_t i;

	store_close(fixture->store);
	for (i = 0; i < COUNT(names); i++) {
		path = str_format("%s%s", fixture->path, names[i]);
		unlink(path);
		free(path);
	}
	rmdir(fixture->folder);
	free(fixture->path);
}

void
store_fixture_task(struct store_fixture *fixture, uint64_t position, const char *project)
{
	char *id = str_format("t%ju", (uintmax_t)position);

	store_task_insert(fixture->store, &(struct task_row){ .position = position, .id = id,
	    .state = "PENDING", .spec = (const unsigned char *)"", .project = project }, "");
	free(id);
}
