/*
 * The usual small result: some files of one's own were changed or are new. What Git decides
 * (attributes, filters, what is ignored) is still its decision; what is only written down
 * or read back here costs no program. See collect.h.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect/collect.h"
#include "collect/git.h"
#include "protocol/mem.h"

#define STAT_BYTES	40u		/* of an entry: times, device, mode, owner, size */
#define MODE_AT		24u
#define NAME_MOST	0xfffu		/* a longer one has this as its length */

/* ---- an index ---- */

static void
put_number(unsigned char *at, uint32_t value)
{
	at[0] = (unsigned char)(value >> 24);
	at[1] = (unsigned char)(value >> 16);
	at[2] = (unsigned char)(value >> 8);
	at[3] = (unsigned char)value;
}

static unsigned
digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* No times and no size: Git reads the file. */
static void
add_entry(struct buffer *out, const struct change *entry)
{
	unsigned char stat[STAT_BYTES] = { 0 }, flags[2], byte;
	size_t begin = out->len, len = strlen(entry->path), i;
	size_t shown = len < NAME_MOST ? len : NAME_MOST;

	put_number(stat + MODE_AT, entry->mode);
	buffer_add(out, stat, sizeof(stat));
	for (i = 0; entry->oid[i] != '\0'; i += 2) {
		byte = (unsigned char)(digit(entry->oid[i]) << 4 | digit(entry->oid[i + 1]));
		buffer_add(out, &byte, 1);
	}
	flags[0] = (unsigned char)(shown >> 8);
	flags[1] = (unsigned char)shown;
	buffer_add(out, flags, sizeof(flags));
	buffer_add(out, entry->path, len + 1);
	while ((out->len - begin) % 8 != 0)
		buffer_add(out, "", 1);
}

/* Nothing that Git would not take as it is. */
static bool
may_be_entry(const struct change *entry)
{
	size_t len = strlen(entry->oid);

	return (entry->mode == 0100644 || entry->mode == 0100755 || entry->mode == 0120000) &&
	    (len == 40 || len == 64) && strspn(entry->oid, "0123456789abcdef") == len &&
	    paths_inside(entry->path);
}

bool
few_write_index(const char *path, const struct buffer *entries)
{
	static const unsigned char nothing[32];	/* for the sum of all, which nobody checks */
	unsigned char head[12] = "DIRC";
	size_t count, kept = 0, i;
	struct change *list = changes_list(entries, true, &count);
	struct buffer out;
	bool fine = count > 0;
	int fd;

	buffer_init(&out);
	buffer_add(&out, head, sizeof(head));
	for (i = 0; fine && i < count; i++) {
		/* What is listed by its own name and by its folder's is there twice. */
		if (i > 0 && strcmp(list[i - 1].path, list[i].path) == 0)
			continue;
		fine = may_be_entry(&list[i]);
		if (fine)
			add_entry(&out, &list[i]);
		kept++;
	}
	if (fine) {
		put_number(out.bytes + 4, 2);
		put_number(out.bytes + 8, (uint32_t)kept);
		buffer_add(&out, nothing, strlen(list[0].oid) / 2);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		fine = fd != -1 && write(fd, out.bytes, out.len) == (ssize_t)out.len;
		if (fd != -1)
			close(fd);
		if (!fine)
			unlink(path);
	}
	buffer_release(&out);
	changes_free(list, count);
	return fine;
}

/* ---- what is staged ---- */

static const char *
next(const char *text)
{
	return text + strlen(text) + 1;
}

/* Are these few files, each by its own name, and small? Then Git is asked for all of them. */
static bool
ask_for(const struct buffer *present, struct buffer *ask)
{
	const char *path = (const char *)present->bytes, *end = path + present->len;
	uint64_t bytes = 0;
	unsigned count = 0;
	struct stat st;

	for (; path < end; path = next(path))
		if (++count > RESULT_FILES_MAX)
			return false;
	for (path = (const char *)present->bytes; path < end; path = next(path)) {
		if (lstat(path, &st) == -1 || !S_ISREG(st.st_mode) || strpbrk(path, "\r\n") != NULL)
			return false;
		bytes += (uint64_t)st.st_size;
		buffer_format(ask, ":0:%s\n", path);
	}
	return ask->len > 0 && bytes <= RESULT_BYTES_MAX;
}

static bool
is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 && path[len] == '/';
}

/*
 * What of the tree stays as it is: all but the files of these names. False when one is
 * where the other has a folder.
 */
static bool
add_rest(const struct buffer *entries, const struct buffer *present, struct buffer *staged)
{
	const char *entry = (const char *)entries->bytes, *end = entry + entries->len;
	const char *path, *last = (const char *)present->bytes + present->len, *name;
	bool named;

	for (; entry < end; entry = next(entry)) {
		name = strchr(entry, '\t') + 1;
		named = false;
		for (path = (const char *)present->bytes; !named && path < last; path = next(path)) {
			if (is_below(path, name) || is_below(name, path))
				return false;
			named = strcmp(path, name) == 0;
		}
		if (named)
			continue;
		/* "mode type oid TAB path" */
		buffer_add(staged, entry, strcspn(entry, " ") + 1);
		path = strchr(strchr(entry, ' ') + 1, ' ') + 1;
		buffer_add(staged, path, strcspn(path, "\t"));
		buffer_format(staged, " 0\t%s", name);
		buffer_add(staged, "", 1);
	}
	return true;
}

bool
few_list(struct collect *collect, const struct buffer *entries, struct buffer *staged)
{
	const char *path = (const char *)collect->present.bytes, *end = path + collect->present.len, *at;
	struct buffer ask;
	struct data oid, content;
	struct stat st;
	bool fine;

	buffer_init(&ask);
	fine = collect->plain && collect->head == NULL && collect->small &&
	    ask_for(&collect->present, &ask) && add_rest(entries, &collect->present, staged) &&
	    blobs_read(&ask, &collect->contents);
	at = (const char *)collect->contents.bytes;
	for (; fine && path < end; path = next(path)) {
		at = blobs_next(at, &collect->contents, &oid, &content);
		fine = at != NULL && lstat(path, &st) == 0 && S_ISREG(st.st_mode);
		if (fine) {
			buffer_format(staged, "%06o %.*s 0\t%s", (unsigned)(st.st_mode & S_IXUSR ? 0100755 :
			    0100644), (int)oid.len, (const char *)oid.bytes, path);
			buffer_add(staged, "", 1);
		}
	}
	buffer_release(&ask);
	if (!fine)
		staged->len = collect->contents.len = 0;
	return fine;
}

bool
few_content(const struct collect *collect, const char *oid, struct data *content)
{
	const char *at = (const char *)collect->contents.bytes, *end = at + collect->contents.len;
	size_t len = strlen(oid);
	struct data name;

	while (at != NULL && at < end &&
	    (at = blobs_next(at, &collect->contents, &name, content)) != NULL)
		if (name.len == len && memcmp(name.bytes, oid, len) == 0)
			return true;
	return false;
}
