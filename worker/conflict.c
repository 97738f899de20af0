/* The conflict that an attempt begins with: see conflict.h. */
#include "conflict.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect/inside.h"
#include "protocol/mem.h"
#include "worker/collector.h"
#include "worker/files.h"

#define TIME_MS		(300u * 1000)
#define SAID_MAX	(16u << 10)	/* bytes kept of what it says */

struct lay {
	struct worker *worker;
	void (*done)(struct worker *worker, const char *why);
	struct buffer said;
};

static void
on_output(void *context, bool errors, const unsigned char *bytes, size_t len)
{
	struct lay *lay = context;

	(void)errors;
	if (lay->said.len + len <= SAID_MAX)
		buffer_add(&lay->said, bytes, len);
}

static void
finish(struct lay *lay, const char *problem)
{
	struct worker *worker = lay->worker;
	char *why = NULL;

	if (problem != NULL) {
		why = str_format("cannot lay out the conflict: %s", problem);
		why[strcspn(why, "\n")] = '\0';
	}
	buffer_release(&lay->said);
	lay->done(worker, why);
	free(lay);
	free(why);
}

static void
on_end(void *context, const struct run_end *end)
{
	struct lay *lay = context;
	struct worker *worker = lay->worker;
	bool fine = end->started && end->exit_code == 0;
	char *said = output_text(lay->said.bytes, lay->said.len);

	worker->run = NULL;
	watch_pause(worker->run_limit);
	finish(lay, fine ? NULL : *said != '\0' ? said : "it was killed");
	free(said);
}

/* What it finds in its sandbox: the workspace, the tip's index, room for another one. */
static bool
add_options(const struct worker *worker, struct sandbox_run *run)
{
	char *index = worker_path(worker, "collect/index");
	bool made = files_folder(index, 0700) == 0;

	binds_add(&run->binds, worker->workspace.root, INSIDE_WORKSPACE, BIND_WRITE);
	binds_add(&run->binds, worker->workspace.shown, INSIDE_OBJECTS, 0);
	binds_add(&run->binds, worker->workspace.index, COLLECT_TIP_INDEX, 0);
	binds_add(&run->binds, index, COLLECT_INDEX, BIND_WRITE);
	binds_add_program(&run->binds, "orch-collect", COLLECT_PROGRAM);
	collector_environment(worker, &run->options);
	free(index);
	return made;
}

void
conflict_lay(struct worker *worker, void (*done)(struct worker *worker, const char *why))
{
	struct lay *lay = mem_zero(1, sizeof(*lay));
	char *argv[] = { str_dup(COLLECT_PROGRAM), str_dup(worker->job.tip),
	    str_dup(worker->job.conflict), NULL };
	struct sandbox_run what = { .workspace = &worker->workspace, .command = argv, .input = -1,
	    .lock = worker->lock, .programs = true };
	const struct run_calls calls = { lay, on_output, on_end };
	size_t i;

	lay->worker = worker;
	lay->done = done;
	buffer_init(&lay->said);
	texts_init(&what.options);
	if (add_options(worker, &what))
		worker->run = run_new(worker->loop, &worker->sandbox, &what, true, &calls);
	texts_release(&what.options);
	binds_release(&what.binds);
	for (i = 0; argv[i] != NULL; i++)
		free(argv[i]);
	if (worker->run != NULL)
		watch_in(worker->run_limit, TIME_MS);
	else
		finish(lay, strerror(errno));
}
