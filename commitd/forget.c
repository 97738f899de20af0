/* Attempts that nobody wants any more: see forget.h. */
#include "commitd/forget.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commitd/disk.h"
#include "commitd/packs.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/valid.h"

uint64_t
forget_attempts(struct commitd *commitd, char *const *attempts)
{
	char *mark = str_format("%s/forgotten", commitd->directory), oid[OID_TEXT], *ref, *task;
	uint64_t count = 0;
	size_t i, len;

	for (i = 0; attempts[i] != NULL; i++) {
		len = strcspn(attempts[i], "/");
		task = mem_copy(attempts[i], len);
		ref = str_format("refs/orch/attempts/%s", attempts[i]);
		if (attempts[i][len] == '/' && name_valid(task) && name_valid(attempts[i] + len + 1) &&
		    repository_ref_read(commitd->repository, ref, oid) == ERROR_NONE) {
			/* Before the first goes: what it leaves is looked for at some time. */
			if (count == 0 && !disk_write(mark, "", 0))
				log_warn("path=%s event=prune", mark);
			count += repository_ref_delete(commitd->repository, ref) == ERROR_NONE;
		}
		free(ref);
		free(task);
	}
	free(mark);
	return count;
}

/* All that references need in one pack, then everything else goes. */
static enum error
reclaim(struct commitd *commitd, struct buffer *problem)
{
	const char *objects = repository_objects(commitd->repository);
	char *base = str_format("%s/pack/pack", objects);
	char name[PACKS_NAME + 1] = "";
	struct packs packs;
	struct buffer said;
	struct git_call call = { .arguments = GIT_LIST("git", "-c", "pack.windowMemory=256m", "-c",
	    "core.fsync=pack,pack-metadata", "pack-objects", "-q", "--revs", "--all", "--non-empty",
	    "--honor-pack-keep", "--delta-base-offset", base), .input = -1,
	    .seconds = GIT_NETWORK_SECONDS, .output = &said, .problem = problem };
	enum error error;
	size_t i;

	buffer_init(&said);
	packs_list(objects, &packs);
	error = git_run(&commitd->git, &call);
	snprintf(name, sizeof(name), "pack-%.40s", buffer_text(&said));
	if (error == ERROR_NONE && (!oid_valid(name + 5) || !packs_sync(objects, name)))
		error = ERROR_GIT;
	for (i = 0; error == ERROR_NONE && i < packs.count; i++)
		if (!str_same(packs.list[i].name, name))
			packs_remove(objects, packs.list[i].name);
	call.arguments = GIT_LIST("git", "prune", "--expire=now");
	if (error == ERROR_NONE)
		error = git_run(&commitd->git, &call);
	repository_reopen(commitd->repository);
	buffer_release(&said);
	free(packs.list);
	free(base);
	return error;
}

void
forget_reclaim(struct commitd *commitd)
{
	char *mark = str_format("%s/forgotten", commitd->directory);
	struct buffer problem;
	enum error error;

	if (disk_exists(mark)) {
		buffer_init(&problem);
		error = reclaim(commitd, &problem);
		if (error == ERROR_NONE)
			disk_remove(mark);
		else
			log_warnx("event=prune error=%s why=%s", error_wire(error),
			    buffer_text(&problem));
		buffer_release(&problem);
	}
	free(mark);
}
