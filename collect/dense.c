/*
 * Can the big files be made smaller? Compressing what is random, or compressed
 * already, takes longer than all that happens to it later. Looks at a few places
 * of each; decides nothing but the level.
 */
#include <fcntl.h>
#include <fts.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect/collect.h"
#include "protocol/mem.h"

#define BIG_BYTES	(8 << 20)	/* core.bigFileThreshold in worker/handoff.c */
#define PLACES		16
#define PLACE_BYTES	4096u
#define BIG_MOST	256u		/* files looked at */

/*
 * Two bytes of random ones are the same once in 256; of a text, of a program,
 * more than four times as often.
 */
static bool
is_dense(const char *path, off_t size)
{
	unsigned char bytes[PLACE_BYTES];
	uint64_t seen[256] = { 0 }, same = 0, all = 0;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), place;
	ssize_t len, i;

	for (place = 0; fd != -1 && place < PLACES; place++) {
		len = pread(fd, bytes, sizeof(bytes), size / PLACES * place);
		for (i = 0; i < len; i++)
			seen[bytes[i]]++;
		all += len > 0 ? (uint64_t)len : 0;
	}
	if (fd != -1)
		close(fd);
	for (i = 0; i < 256; i++)
		same += seen[i] * seen[i];
	return same * 256 < 3 * all * all;
}

void
dense_choose(const struct collect *collect)
{
	const struct buffer *present = &collect->present;
	char **paths, *end = NULL;
	uint64_t dense = 0, big = 0;
	size_t count = 0, at;
	unsigned files = 0;
	FTSENT *entry;
	FTS *walk;

	for (at = 0; at < present->len; at++)
		count += present->bytes[at] == '\0';
	paths = mem_zero(count + 1, sizeof(char *));
	for (at = 0, count = 0; at < present->len; at += strlen(end) + 1)
		paths[count++] = end = (char *)present->bytes + at;
	walk = count == 0 ? NULL : fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	while (walk != NULL && files < BIG_MOST && (entry = fts_read(walk)) != NULL) {
		if (entry->fts_info == FTS_D && str_same(entry->fts_name, ".git"))
			fts_set(walk, entry, FTS_SKIP);
		if (entry->fts_info != FTS_F || entry->fts_statp->st_size < BIG_BYTES)
			continue;
		files++;
		big += (uint64_t)entry->fts_statp->st_size;
		if (is_dense(entry->fts_accpath, entry->fts_statp->st_size))
			dense += (uint64_t)entry->fts_statp->st_size;
	}
	if (walk != NULL)
		fts_close(walk);
	free(paths);
	if (2 * dense <= big)
		return;
	setenv("GIT_CONFIG_COUNT", "1", 1);
	setenv("GIT_CONFIG_KEY_0", "pack.compression", 1);
	setenv("GIT_CONFIG_VALUE_0", "0", 1);
}
