/* What the agent writes for its task's note: see notes.h. */
#include "notes.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "worker/files.h"

char *
notes_folder(const struct worker *worker)
{
	return worker_path(worker, "notes");
}

int
notes_make(const struct worker *worker)
{
	char *path = notes_folder(worker);
	int result = files_remove(path, SIZE_MAX) ? files_folder(path, 0700) : -1;

	free(path);
	return result;
}

/* A plain file in the folder, and nothing that a link leads to; -1: there is none. */
static int
open_part(int folder, const char *part)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV };
	char *name = str_format("%s.md", part);
	struct stat status;
	int fd = (int)syscall(SYS_openat2, folder, name, &how, sizeof(how));

	free(name);
	if (fd != -1 && (fstat(fd, &status) == -1 || !S_ISREG(status.st_mode))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Its text, NOTE_PART_MAX bytes at most; NULL: it has none. The caller frees. */
static char *
read_part(int fd)
{
	char *bytes = mem_zero(NOTE_PART_MAX + 1, 1), *text = NULL;
	size_t len = 0;
	ssize_t got;

	while (len < NOTE_PART_MAX && (got = read(fd, bytes + len, NOTE_PART_MAX - len)) > 0)
		len += (size_t)got;
	/* Not in the middle of a character. */
	if (len == NOTE_PART_MAX)
		while (len > 0 && ((unsigned char)bytes[len - 1] & 0x80) != 0 && len + 4 > NOTE_PART_MAX)
			len--;
	if (len > 0)
		text = utf8_repair(bytes, len);
	free(bytes);
	return text;
}

size_t
notes_read(const struct worker *worker, struct notes_read *read)
{
	static const char *const parts[NOTE_PARTS] = { "objective", "progress", "issues", "reflection",
	    "issues_log", "next_steps" };
	char *path = notes_folder(worker), *text;
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), fd;
	size_t i;

	*read = (struct notes_read){ .count = 0 };
	for (i = 0; folder != -1 && !worker_is_gate(worker) && i < NOTE_PARTS; i++) {
		if ((fd = open_part(folder, parts[i])) == -1)
			continue;
		if ((text = read_part(fd)) != NULL) {
			read->texts[read->count] = text;
			read->parts[read->count++] = (struct record_note_part){ parts[i], text };
		}
		close(fd);
	}
	if (folder != -1)
		close(folder);
	free(path);
	return read->count;
}

void
notes_read_release(struct notes_read *read)
{
	while (read->count > 0)
		free(read->texts[--read->count]);
}
