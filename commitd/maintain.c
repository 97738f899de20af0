/*
 * Packs objects: see maintain.h. A new pack has the loose objects and the small packs,
 * is on the disk for good, and only then do they go. Killed in between, all is there
 * twice at most.
 */
#include "commitd/maintain.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "commitd/commitd.h"
#include "commitd/packs.h"
#include "protocol/log.h"
#include "protocol/loop.h"
#include "protocol/mem.h"
#include "protocol/valid.h"

#define CHECK_MS	1000	/* between two looks at how many there are */
#define POLL_MS		100	/* while a program runs */
#define AGAIN_MS	60000	/* after a failure */
#define LOOSE_BYTES	1024u	/* of a loose object, about */

static int
shorter(int wait, int64_t other)
{
	return wait == -1 || other < wait ? (int)(other < 0 ? 0 : other) : wait;
}

static void
count_loose(void *context, const char *path, const char *name)
{
	(void)path;
	*(uint64_t *)context += strlen(name) == OID_TEXT - 3;
}

/*
 * How many of the smallest packs go into the new one: as long as the next is less than
 * twice what there is. So every byte is written again only a few times, however much
 * comes, and the number of packs grows with the logarithm of all.
 */
static size_t
to_roll(const struct packs *olds, uint64_t loose, uint64_t most)
{
	uint64_t bytes = loose * LOOSE_BYTES;
	size_t count = 0;

	while (count < olds->count && (olds->list[count].bytes < 2 * bytes ||
	    (most > 0 && olds->count - count >= most)))
		bytes += olds->list[count++].bytes;
	return count;
}

/* The list that pack-objects reads: what goes in, and with "^" what is to be left alone. */
static int
list_packs(const struct packs *olds, size_t rolled)
{
	int fd = memfd_create("packs", MFD_CLOEXEC);
	struct buffer list;
	size_t i;

	buffer_init(&list);
	for (i = 0; i < olds->count; i++)
		buffer_format(&list, "%s%s.pack\n", i < rolled ? "" : "^", olds->list[i].name);
	if (fd != -1 && (write(fd, list.bytes, list.len) != (ssize_t)list.len ||
	    lseek(fd, 0, SEEK_SET) == -1)) {
		close(fd);
		fd = -1;
	}
	buffer_release(&list);
	return fd;
}

static void
rest(struct commitd *commitd, int64_t pause_ms)
{
	struct maintenance *maintenance = &commitd->maintenance;

	strs_free(maintenance->rolled);
	maintenance->rolled = NULL;
	buffer_release(&maintenance->said);
	buffer_release(&maintenance->problem);
	maintenance->state = MAINTENANCE_NONE;
	maintenance->next = (int64_t)clock_monotonic() + pause_ms;
}

static void
begin(struct commitd *commitd, const char *const *arguments, int input, int state)
{
	struct maintenance *maintenance = &commitd->maintenance;
	struct git_call call = { .arguments = arguments, .input = input,
	    .seconds = GIT_NETWORK_SECONDS, .output = &maintenance->said,
	    .problem = &maintenance->problem };

	buffer_init(&maintenance->said);
	buffer_init(&maintenance->problem);
	maintenance->state = state;
	if (git_begin(&commitd->git, &call, &maintenance->child) != ERROR_NONE)
		rest(commitd, AGAIN_MS);
}

/* All loose objects, and so many packs, into a new one. */
static void
begin_packing(struct commitd *commitd, const struct packs *olds, size_t rolled)
{
	char *base = str_format("%s/pack/pack", repository_objects(commitd->repository));
	int list = list_packs(olds, rolled);
	size_t i;

	if (list == -1) {
		log_warn("event=maintenance");
		commitd->maintenance.next = (int64_t)clock_monotonic() + AGAIN_MS;
	} else {
		commitd->maintenance.rolled = mem_zero(rolled + 1, sizeof(char *));
		for (i = 0; i < rolled; i++)
			commitd->maintenance.rolled[i] = str_dup(olds->list[i].name);
		begin(commitd, GIT_LIST("nice", "-n", "10", "git", "-c", "pack.threads=1", "-c",
		    "pack.windowMemory=256m", "-c", "core.fsync=pack,pack-metadata", "pack-objects",
		    "-q", "--stdin-packs", "--unpacked", "--non-empty", "--delta-base-offset", base),
		    list, MAINTENANCE_PACKING);
		close(list);
	}
	free(base);
}

/* Is there enough to do? */
static void
look(struct commitd *commitd)
{
	const struct maintenance *maintenance = &commitd->maintenance;
	const char *objects = repository_objects(commitd->repository);
	struct packs olds = { 0 };
	uint64_t loose = 0;
	unsigned i;
	char *folder;

	for (i = 0; i < 256 && maintenance->loose_limit > 0; i++) {
		folder = str_format("%s/%02x", objects, i);
		packs_each_file(folder, count_loose, &loose);
		free(folder);
	}
	packs_list(objects, &olds);
	if ((maintenance->loose_limit > 0 && loose >= maintenance->loose_limit) ||
	    (maintenance->packs_limit > 0 && olds.count > maintenance->packs_limit)) {
		log_info("event=maintenance loose=%ju packs=%zu", (uintmax_t)loose, olds.count);
		begin_packing(commitd, &olds, to_roll(&olds, loose, maintenance->packs_limit));
	}
	free(olds.list);
}

/* The new pack is there: once it is so for good, what is loose of it may go. */
static void
end_packing(struct commitd *commitd)
{
	struct maintenance *maintenance = &commitd->maintenance;
	const char *objects = repository_objects(commitd->repository);
	char name[PACKS_NAME + 1];
	size_t i;

	buffer_text(&maintenance->said);
	while (maintenance->said.len > 0 && maintenance->said.bytes[maintenance->said.len - 1] == '\n')
		maintenance->said.len--;
	/* Nothing left to pack. */
	if (maintenance->said.len == 0) {
		rest(commitd, CHECK_MS);
		return;
	}
	snprintf(name, sizeof(name), "pack-%.40s", buffer_text(&maintenance->said));
	if (maintenance->said.len != OID_TEXT - 1 || !oid_valid(name + 5) ||
	    !packs_sync(objects, name)) {
		log_warnx("event=maintenance why=the new pack '%s' is not there for good", name);
		rest(commitd, AGAIN_MS);
		return;
	}
	/* The same again: it is no old one. */
	for (i = 0; maintenance->rolled[i] != NULL; i++)
		if (str_same(maintenance->rolled[i], name))
			maintenance->rolled[i][0] = '\0';
	repository_refresh(commitd->repository);
	buffer_release(&maintenance->said);
	buffer_release(&maintenance->problem);
	begin(commitd, GIT_LIST("nice", "-n", "10", "git", "prune-packed", "-q"), -1,
	    MAINTENANCE_PRUNING);
}

/* Nothing is loose that is packed: the packs that went into the new one may go. */
static void
end_pruning(struct commitd *commitd)
{
	const char *objects = repository_objects(commitd->repository);
	size_t i;

	for (i = 0; commitd->maintenance.rolled[i] != NULL; i++)
		packs_remove(objects, commitd->maintenance.rolled[i]);
	/* Whoever has them open keeps them on the disk. */
	repository_reopen(commitd->repository);
	merge_stop(&commitd->merge);
	log_info("event=maintained packs=%zu", i);
	rest(commitd, CHECK_MS);
}

static void
remove_temporary(void *context, const char *path, const char *name)
{
	(void)context;
	if (strncmp(name, "tmp_", 4) == 0 && unlink(path) == 0)
		log_info("event=stale-object path=%s", path);
}

/* What a pack-objects that was ended has half made: it leaves that behind. */
static void
remove_half_made(const struct commitd *commitd)
{
	char *folder = str_format("%s/pack", repository_objects(commitd->repository));

	packs_each_file(folder, remove_temporary, NULL);
	free(folder);
}

static void
go_on(struct commitd *commitd)
{
	struct maintenance *maintenance = &commitd->maintenance;
	enum error error = git_end(&maintenance->child);

	if (error != ERROR_NONE) {
		log_warnx("event=maintenance error=%s why=%s", error_wire(error),
		    buffer_text(&maintenance->problem));
		remove_half_made(commitd);
		rest(commitd, AGAIN_MS);
	} else if (maintenance->state == MAINTENANCE_PACKING)
		end_packing(commitd);
	else
		end_pruning(commitd);
}

int
maintain_step(struct commitd *commitd, int wait, bool active)
{
	struct maintenance *maintenance = &commitd->maintenance;
	int64_t now;

	if (commitd->queue == NULL || maintenance->loose_limit + maintenance->packs_limit == 0)
		return wait;
	maintenance->due = maintenance->due || active;
	if (maintenance->state != MAINTENANCE_NONE && git_ended(&maintenance->child, 0))
		go_on(commitd);
	now = (int64_t)clock_monotonic();
	if (maintenance->state == MAINTENANCE_NONE && maintenance->due && now >= maintenance->next) {
		maintenance->due = false;
		maintenance->next = now + CHECK_MS;
		look(commitd);
	}
	if (maintenance->state != MAINTENANCE_NONE)
		return shorter(wait, POLL_MS);
	return maintenance->due ? shorter(wait, maintenance->next - now) : wait;
}

void
maintain_stop(struct commitd *commitd)
{
	struct maintenance *maintenance = &commitd->maintenance;

	if (maintenance->state == MAINTENANCE_NONE)
		return;
	kill(-maintenance->child.pid, SIGTERM);
	git_ended(&maintenance->child, 2000);
	git_end(&maintenance->child);
	remove_half_made(commitd);
	rest(commitd, 0);
}

void
maintain_clear(const char *objects)
{
	unsigned i;
	char *folder;

	packs_each_file(objects, remove_temporary, NULL);
	for (i = 0; i <= 256; i++) {
		folder = i == 256 ? str_format("%s/pack", objects) : str_format("%s/%02x", objects, i);
		packs_each_file(folder, remove_temporary, NULL);
		free(folder);
	}
}
