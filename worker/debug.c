/* What a person sees of a running attempt: see debug.h. */
#include "debug.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "worker/files.h"
#include "worker/gauge.h"
#include "worker/meter.h"
#include "worker/processes.h"

#define PROCESSES_MOST	2000u
#define COMMAND_MOST	512u	/* bytes of a command line */

/* Its arguments, with blanks between; the caller frees. */
static char *
command_of(pid_t pid)
{
	char path[64], text[COMMAND_MOST + 1];
	size_t len, i;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	if ((file = fopen(path, "re")) == NULL)
		return NULL;
	len = fread(text, 1, COMMAND_MOST, file);
	fclose(file);
	while (len > 0 && text[len - 1] == '\0')
		len--;
	for (i = 0; i < len; i++)
		if (text[i] == '\0' || text[i] == '\n')
			text[i] = ' ';
	return len > 0 ? output_text((unsigned char *)text, len) : NULL;
}

static void
add_limit(struct texts *limits, const char *name, uint64_t seen, uint64_t most, const char *unit)
{
	if (most != 0)
		texts_format(limits, "%s: %ju of %ju%s", name, (uintmax_t)seen, (uintmax_t)most, unit);
	else
		texts_format(limits, "%s: %ju%s", name, (uintmax_t)seen, unit);
}

/* What it takes, of what it may. */
static void
fill_limits(const struct worker *worker, const struct process *list, size_t count, struct texts *limits)
{
	const struct msg_job_start *job = &worker->job;
	uint64_t memory = 0, ticks = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		memory += list[i].memory;
		ticks += list[i].ticks;
	}
	add_limit(limits, "seconds", (uint64_t)(clock_wall() - worker->started), job->timeout, "");
	if (job->idle != 0)
		add_limit(limits, "seconds of silence", (clock_monotonic() - worker->meter.heard) / 1000,
		    job->idle, "");
	add_limit(limits, "processes", count, job->processes, "");
	add_limit(limits, "memory", memory >> 20, job->memory >> 20, " MiB");
	add_limit(limits, "seconds of the processor", (uint64_t)gauge_seconds(worker, ticks), job->cpu, "");
	add_limit(limits, "printed", worker->gauge.printed, job->print, " bytes");
	if (worker->sandbox.cgroup != NULL)
		texts_format(limits, "cgroup: %s", worker->sandbox.cgroup);
	add_limit(limits, "output kept", worker->output.offset, worker->output.limit, " bytes");
}

/*
 * All processes of the sandbox, to stop or to go on: at once where it has a cgroup, else one
 * after the other.
 */
static void
halt(const struct worker *worker, bool stop)
{
	struct process *list;
	size_t count, i;

	if (run_freeze(worker->run, stop))
		return;
	count = run_processes(worker->run, &list);
	for (i = 0; i < count; i++)
		kill(list[i].pid, stop ? SIGSTOP : SIGCONT);
	free(list);
}

/* Stopped for a look or frozen, it stands still, and so do its clocks. */
static void
stand(struct worker *worker, bool paused, bool frozen)
{
	const bool stood = worker->paused || worker->frozen;

	worker->paused = paused;
	worker->frozen = frozen;
	if (!stood && (paused || frozen)) {
		worker->limit_left = watch_left(worker->limit);
		watch_pause(worker->limit);
		watch_pause(worker->meter.silence);
		halt(worker, true);
	} else if (stood && !paused && !frozen) {
		halt(worker, false);
		if (worker->limit_left != 0)
			watch_in(worker->limit, worker->limit_left);
		meter_begin(worker);
	}
}

/* NULL: done; else why not. */
static const char *
act(struct worker *worker, const struct msg_worker_look *look)
{
	pid_t command;

	if (look->signal == 0 && !look->pause && !look->resume && !look->freeze && !look->thaw)
		return NULL;
	if (worker->run == NULL)
		return "nothing runs in this slot";
	if (look->signal != 0) {
		command = run_command(worker->run);
		if (command == 0 || kill(command, (int)look->signal) == -1)
			return "the command cannot be signalled: it has just ended, or not begun";
	}
	if (look->freeze && worker->at != ATTEMPT_AGENT && worker->at != ATTEMPT_VERIFY)
		return "it has ended, and what it left is collected";
	stand(worker, (worker->paused || look->pause) && !look->resume,
	    (worker->frozen || look->freeze) && !look->thaw);
	return NULL;
}

void
debug_look(struct worker *worker, const struct msg_worker_look *look)
{
	const char *problem = act(worker, look);
	struct record_process_row *rows = mem_zero(PROCESSES_MOST, sizeof(*rows));
	struct process *list = NULL;
	size_t count = worker->run != NULL ? run_processes(worker->run, &list) : 0, i;
	char *tail = worker->at != ATTEMPT_IDLE ? output_tail(&worker->output) : NULL;
	struct record_usage usage;
	struct texts limits;
	struct record_debug_row row = { .state = attempt_state_name(worker->at), .paused = worker->paused,
	    .frozen = worker->frozen,
	    .iteration = worker->iteration, .output = tail };

	texts_init(&limits);
	if (worker->run != NULL) {
		fill_limits(worker, list, count, &limits);
		row.command = (uint64_t)run_command(worker->run);
	}
	for (i = 0; i < count && i < PROCESSES_MOST; i++)
		rows[i] = (struct record_process_row){ .pid = (uint64_t)list[i].pid,
		    .parent = (uint64_t)list[i].parent, .name = list[i].name, .state = list[i].state,
		    .memory = list[i].memory, .cpu = (double)list[i].ticks / (double)sysconf(_SC_CLK_TCK),
		    .command = command_of(list[i].pid) };
	row.processes = (struct records){ rows, i };
	row.limits = limits.items;
	if (meter_usage(worker, &usage))
		row.usage = (struct records){ &usage, 1 };
	if (worker->peer != NULL)
		peer_send(worker->peer, MSG_worker_seen, &(struct msg_worker_seen){ .serial = look->serial,
		    .fence = worker->fence, .problem = problem, .debug = { &row, 1 } });
	while (i-- > 0)
		free((char *)(uintptr_t)rows[i].command);
	texts_release(&limits);
	free(tail);
	free(list);
	free(rows);
}
