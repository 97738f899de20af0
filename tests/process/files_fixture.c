/* Results of plain files, for tests: see files_fixture.h. */
#include "files_fixture.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commitd/files.h"
#include "protocol/mem.h"
#include "protocol/put.h"

static struct data
keep(struct making *making, char *text)
{
	size_t len = strlen(text);
	struct data data = { (unsigned char *)arena_copy(&making->arena, text, len), len };

	free(text);
	return data;
}

void
making_init(struct world *world, struct making *making, const char *base, const char *commit)
{
	arena_init(&making->arena);
	making->files = (struct record_result_files){ .version = RESULT_VERSION,
	    .base = arena_copy(&making->arena, base, strlen(base)), .files = { making->list, 0 } };
	making->files.author = keep(making, run(world, "cd agent; git cat-file commit %s | "
	    "sed -n 's/^author //p'", commit));
	making->files.committer = keep(making, run(world, "cd agent; git cat-file commit %s | "
	    "sed -n 's/^committer //p'", commit));
	making->files.message = keep(making, run(world, "cd agent; git log -1 --format=%%B %s; echo x",
	    commit));
	/* run() takes the last newline away; Git's own stands before the "x". */
	making->files.message.len -= strlen("\nx");
}

void
put(struct making *making, const char *path, unsigned mode, const void *bytes, size_t len)
{
	making->list[making->files.files.count++] = (struct record_result_file){
	    { (unsigned char *)arena_copy(&making->arena, path, strlen(path)), strlen(path) }, mode,
	    { (unsigned char *)arena_copy(&making->arena, bytes, len), len } };
}

void
put_changes(struct world *world, struct making *making, const char *base, const char *commit)
{
	char *lines = run(world, "cd agent; git -c core.quotePath=false diff-tree -r --raw "
	    "--no-renames --no-abbrev %s %s", base, commit), *line, *rest, *bytes;
	char oid[41], path[200];
	struct stat st;
	unsigned mode;
	int fd;

	for (line = strtok_r(lines, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		assert_int_equal(sscanf(line, ":%*o %o %*40s %40s %*c %199[^\n]", &mode, oid, path), 3);
		if (mode == FILE_GONE || mode == FILE_SUBMODULE) {
			put(making, path, mode, oid, mode == FILE_GONE ? 0 : 40);
			continue;
		}
		free(run(world, "cd agent; git cat-file blob %s >../blob", oid));
		bytes = str_format("%s/blob", world->root);
		fd = open(bytes, O_RDONLY | O_CLOEXEC);
		free(bytes);
		assert_true(fd != -1 && fstat(fd, &st) == 0);
		bytes = mem_zero((size_t)st.st_size + 1, 1);
		assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
		put(making, path, mode, bytes, (size_t)st.st_size);
		free(bytes);
		close(fd);
	}
	free(lines);
}

void
make_files(struct world *world, const char *base, const char *commit, const char *name)
{
	struct making *making = mem_zero(1, sizeof(*making));
	char *path = str_format("%s/%s", world->root, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct buffer bytes;

	making_init(world, making, base, commit);
	put_changes(world, making, base, commit);
	buffer_init(&bytes);
	put_map(&bytes, record_result_files(), &making->files);
	assert_true(fd != -1);
	assert_int_equal(write(fd, bytes.bytes, bytes.len), bytes.len);
	close(fd);
	buffer_release(&bytes);
	arena_release(&making->arena);
	free(making);
	free(path);
}
