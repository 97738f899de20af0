/*
 * A project's objects elsewhere: see objects.h. Decides what of a pack is believed: what Git's
 * own strict checks pass, in a folder beside the repository, and only if nothing is missing.
 */
#include "objects.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/loop.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "worker/files.h"
#include "worker/git.h"
#include "worker/texts.h"

#define BASES		"refs/orch/base"
#define LISTING_MAX	(1u << 20)
#define SHALLOW_MAX	(64u << 20)
/*
 * Strict but for what old histories have in names and dates, which nobody can mend and which
 * does no harm: what would not be checked out, or be something else than it looks, is refused.
 */
#define STRICT		"--strict=badDate=ignore,badDateOverflow=ignore,badEmail=ignore," \
			"badTagName=ignore,badTimezone=ignore,missingEmail=ignore," \
			"missingNameBeforeEmail=ignore,missingSpaceBeforeDate=ignore," \
			"missingSpaceBeforeEmail=ignore,missingTaggerEntry=ignore," \
			"multipleAuthors=ignore,zeroPaddedDate=ignore,zeroPaddedFilemode=ignore"

/* The first words of every call. */
static void
begin(struct texts *argv, const struct objects *objects)
{
	texts_init(argv);
	texts_add(argv, "git", "-c", "core.fsync=all", "-c", "core.hooksPath=/dev/null", NULL);
	texts_format(argv, "--git-dir=%s", objects->repository);
}

/* Runs and forgets it. */
static int
run(struct texts *argv, struct buffer *said, size_t most)
{
	int status = git_run(argv->items, said, most);

	texts_release(argv);
	return status;
}

/*
 * Made elsewhere and moved into place, so that there is a whole one or none. The agent's user
 * may be another one: it reads the objects where they are shown to it, and the folders above
 * are closed. -1 with errno.
 */
static int
make(const struct objects *objects, const char *project)
{
	char *fresh = str_format("%s.%d", objects->repository, (int)getpid());
	char *head = str_format("%s/HEAD", fresh), *config = str_format("%s/config", fresh);
	int result = -1, saved;
	struct texts argv;
	struct buffer said;

	buffer_init(&said);
	texts_init(&argv);
	texts_add(&argv, "git", "init", "--quiet", "--bare", "--shared=0644", "--template=", fresh, NULL);
	errno = EIO;
	if (files_remove(fresh, SIZE_MAX) && git_run(argv.items, &said, GIT_TOLD_MAX) == 0 &&
	    files_sync(head) == 0 && files_sync(config) == 0 && files_sync(fresh) == 0) {
		result = rename(fresh, objects->repository);
		/* Another worker was faster. */
		if (result == -1 && (errno == ENOTEMPTY || errno == EEXIST))
			result = 0;
	}
	if (result == 0)
		result = files_sync(project);
	saved = errno;
	files_remove(fresh, SIZE_MAX);
	texts_release(&argv);
	buffer_release(&said);
	free(config);
	free(head);
	free(fresh);
	errno = saved;
	return result;
}

int
objects_init(struct objects *objects, const char *project, const char *incoming)
{
	objects->repository = str_format("%s/repository.git", project);
	objects->incoming = str_dup(incoming);
	if (files_folder(project, 0700) == -1)
		return -1;
	return access(objects->repository, F_OK) == 0 ? 0 : make(objects, project);
}

void
objects_release(struct objects *objects)
{
	free(objects->incoming);
	free(objects->repository);
	*objects = (struct objects){ 0 };
}

/* With the objects of `more`, an environment, or NULL. */
static bool
whole(const struct objects *objects, char *const *ids, char *const *more, struct buffer *said)
{
	struct texts argv;
	int status;

	begin(&argv, objects);
	texts_add(&argv, "rev-list", "--objects", "--quiet", NULL);
	for (; *ids != NULL; ids++)
		texts_add(&argv, *ids, NULL);
	texts_add(&argv, "--not", "--all", "--", NULL);
	status = git_run_on(argv.items, -1, more, said, GIT_TOLD_MAX);
	texts_release(&argv);
	return status == 0;
}

bool
objects_whole(const struct objects *objects, char *const *ids)
{
	struct buffer said;
	bool is;

	buffer_init(&said);
	is = whole(objects, ids, NULL, &said);
	buffer_release(&said);
	return is;
}

char **
objects_have(const struct objects *objects)
{
	char **have = mem_zero(OBJECTS_BASES + 1, sizeof(char *)), *rest, *line;
	struct texts argv;
	struct buffer said;
	size_t count = 0;

	buffer_init(&said);
	begin(&argv, objects);
	texts_add(&argv, "for-each-ref", "--sort=-refname", "--format=%(objecttype) %(objectname)", BASES,
	    NULL);
	if (run(&argv, &said, LISTING_MAX) == 0) {
		rest = (char *)(uintptr_t)buffer_text(&said);
		while (count < OBJECTS_BASES && (line = strsep(&rest, "\n")) != NULL)
			if (strncmp(line, "commit ", 7) == 0 && oid_valid(line + 7))
				have[count++] = str_dup(line + 7);
	}
	buffer_release(&said);
	return have;
}

/* Refs to what was got long ago go; their objects stay. */
static void
forget_old(const struct objects *objects)
{
	struct texts argv;
	struct buffer said, none;
	char *rest, *line;
	unsigned count = 0;

	buffer_init(&said);
	buffer_init(&none);
	begin(&argv, objects);
	texts_add(&argv, "for-each-ref", "--sort=-refname", "--format=%(refname)", BASES, NULL);
	if (run(&argv, &said, LISTING_MAX) == 0) {
		rest = (char *)(uintptr_t)buffer_text(&said);
		while ((line = strsep(&rest, "\n")) != NULL)
			if (*line != '\0' && ++count > OBJECTS_BASES) {
				begin(&argv, objects);
				texts_add(&argv, "update-ref", "-d", line, NULL);
				run(&argv, &none, 0);
			}
	}
	buffer_release(&none);
	buffer_release(&said);
}

/* Remembers them as whole; their names sort by time. */
static bool
remember(const struct objects *objects, char *const *ids, struct buffer *why)
{
	struct texts argv;
	bool done = true;

	for (; done && *ids != NULL; ids++) {
		begin(&argv, objects);
		texts_add(&argv, "update-ref", NULL);
		texts_format(&argv, BASES "/%013ju-%s", (uintmax_t)(clock_wall() * 1000), *ids);
		texts_add(&argv, *ids, NULL);
		done = run(&argv, why, GIT_TOLD_MAX) == 0;
	}
	if (done)
		forget_old(objects);
	return done;
}

static bool
ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), tail = strlen(end);

	return len >= tail && strcmp(text + len - tail, end) == 0;
}

/* Moves the files of that end. -1 with errno. */
static int
move_ending(const char *from, const char *to, const char *end)
{
	DIR *folder = opendir(from);
	struct dirent *entry;
	int result = folder != NULL ? 0 : -1;

	while (result == 0 && (entry = readdir(folder)) != NULL) {
		char *old = str_format("%s/%s", from, entry->d_name);
		char *new = str_format("%s/%s", to, entry->d_name);

		if (ends_with(entry->d_name, end))
			result = rename(old, new);
		free(new);
		free(old);
	}
	if (folder != NULL)
		closedir(folder);
	return result;
}

/* What was proved goes to the repository's own packs, where it is seen once its index is. */
static int
move_in(const struct objects *objects, const char *from)
{
	static const char *const ends[] = { ".pack", ".rev", ".idx" };
	char *to = str_format("%s/objects/pack", objects->repository);
	int result = 0;
	size_t i;

	for (i = 0; result == 0 && i < COUNT(ends); i++)
		result = move_ending(from, to, ends[i]);
	if (result == 0)
		result = files_sync(to);
	free(to);
	return result;
}

/*
 * Where history ends on purpose, by now and with this pack: a file beside it, durable. Is there
 * any such place? -1 with errno.
 */
static int
write_shallow(const struct objects *objects, char *const *shallow)
{
	char *old = str_format("%s/shallow", objects->repository);
	char *new = str_format("%s/shallow", objects->incoming);
	struct buffer lines;
	int result = 0;

	buffer_init(&lines);
	if (files_read(old, SHALLOW_MAX, &lines) == -1 && errno != ENOENT)
		result = -1;
	for (; shallow != NULL && *shallow != NULL; shallow++)
		buffer_format(&lines, "%s\n", *shallow);
	if (result == 0 && lines.len > 0)
		result = files_write_durable(new, lines.bytes, lines.len) == -1 ? -1 : 1;
	buffer_release(&lines);
	free(new);
	free(old);
	return result;
}

/* It was proved with these ends of history, so they come first. */
static int
move_all(const struct objects *objects, const char *packs, bool shallow)
{
	char *old = str_format("%s/shallow", objects->incoming);
	char *new = str_format("%s/shallow", objects->repository);
	int result = 0;

	if (shallow && (rename(old, new) == -1 || files_sync(objects->repository) == -1))
		result = -1;
	free(new);
	free(old);
	return result == 0 ? move_in(objects, packs) : result;
}

/* ERROR_GIT: it is no good, and `why` says so. */
static enum error
prove(const struct objects *objects, int pack, char *const *ids, char *const *more,
    struct buffer *why)
{
	enum error error = ERROR_GIT;
	struct texts index;
	struct buffer said;

	buffer_init(&said);
	begin(&index, objects);
	texts_add(&index, "index-pack", STRICT, "--fix-thin", "--stdin", NULL);
	if (git_run_on(index.items, pack, more, &said, GIT_TOLD_MAX) != 0) {
		buffer_format(why, "git does not accept its objects: %s", buffer_text(&said));
	} else {
		said.len = 0;
		if (whole(objects, ids, more, &said))
			error = ERROR_NONE;
		else
			buffer_format(why, "it lacks objects: %s", buffer_text(&said));
	}
	texts_release(&index);
	buffer_release(&said);
	return error;
}

enum error
objects_take(const struct objects *objects, int pack, char *const *ids, char *const *shallow,
    struct buffer *why)
{
	char *fresh = str_format("%s/objects", objects->incoming), *packs = str_format("%s/pack", fresh);
	char *more[] = { str_format("GIT_OBJECT_DIRECTORY=%s", fresh),
	    str_format("GIT_ALTERNATE_OBJECT_DIRECTORIES=%s/objects", objects->repository),
	    str_format("GIT_SHALLOW_FILE=%s/shallow", objects->incoming), NULL };
	enum error error = ERROR_NONE;
	int ends = write_shallow(objects, shallow);
	size_t i;

	if (ends == -1 || !files_remove(fresh, SIZE_MAX) || files_folder(packs, 0700) == -1 ||
	    lseek(pack, 0, SEEK_SET) == -1) {
		error = error_from_errno(errno);
		buffer_format(why, "%s: %s", objects->incoming, strerror(errno));
	} else {
		if (ends == 0) {
			free(more[2]);
			more[2] = NULL;
		}
		error = prove(objects, pack, ids, more, why);
	}
	if (error == ERROR_NONE && move_all(objects, packs, ends == 1) == -1) {
		error = error_from_errno(errno);
		buffer_format(why, "%s: %s", objects->repository, strerror(errno));
	}
	if (error == ERROR_NONE && !remember(objects, ids, why))
		error = ERROR_GIT;
	files_remove(fresh, SIZE_MAX);
	for (i = 0; i < COUNT(more); i++)
		free(more[i]);
	free(packs);
	free(fresh);
	return error;
}
