/* Results to commitd: see handing.h. */
#include "handing.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"

#define HAND_OVER_RETRY_MS	5000

/* Opens the result in the outbox: beneath the slot's folder, no links, a plain file. */
static int
open_outbox(struct slot *slot)
{
	const char *name = slot->result.as_files ? "outbox/files" : "outbox/pack";
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS };
	char *path = str_format("%s/slots/%s", slot->supervisor->config.state, slot->name);
	int folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC), fd = -1;
	struct stat status;

	if (folder != -1)
		fd = (int)syscall(SYS_openat2, folder, name, &how, sizeof(how));
	if (fd != -1 && (fstat(fd, &status) == -1 || !S_ISREG(status.st_mode))) {
		close(fd);
		fd = -1;
		errno = EINVAL;
	}
	if (folder != -1)
		close(folder);
	free(path);
	return fd;
}

void
handing_over(struct supervisor *supervisor, struct slot *slot)
{
	struct project *project = slot->task != NULL ? slot->task->project : NULL;
	struct result *result = &slot->result;
	bool missing;
	int pack;

	if (!result->present || result->accept_sent || project == NULL || project->state != PROJECT_OPEN)
		return;
	if ((pack = open_outbox(slot)) == -1) {
		missing = errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == EXDEV ||
		    errno == EINVAL || errno == ENXIO;
		log_warn("slot=%s attempt=%ju: the result in its outbox", slot->name, (uintmax_t)result->attempt);
		/* It may be there: no descriptor or no memory is left. */
		if (!missing)
			handing_over_later(slot, HAND_OVER_RETRY_MS);
		else
			supervisor->calls->nothing_left(supervisor, slot);
		return;
	}
	result->accept_sent = true;
	peer_send_take_fd(project->peer, MSG_result_accept, &(struct msg_result_accept){
	    .attempt = result->attempt, .fence = supervisor->fence, .task = slot->task->spec.id,
	    .number = result->number, .base = result->base,
	    .commit = result->as_files ? NULL : result->commit,
	    .salvage = !str_same(result->outcome, "done"), .files = slot->task->spec.files_loose ? NULL :
	    slot->task->spec.files, .exceeds = project->config->autonomy != AUTONOMY_L3,
	    .pack = pack }, pack);
}

void
handing_over_all(struct project *project)
{
	struct supervisor *supervisor = project->supervisor;
	size_t i;

	for (i = 0; i < supervisor->slot_count; i++) {
		struct slot *slot = supervisor->slots[i];

		if (slot->task == NULL || slot->task->project != project)
			continue;
		slot->result.accept_sent = false;
		handing_over(supervisor, slot);
	}
}

void
handing_over_later(struct slot *slot, uint64_t wait_ms)
{
	watch_in(slot->timer, wait_ms);
}
