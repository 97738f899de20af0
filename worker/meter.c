/* Watches the agent while it runs: see meter.h. */
#include "meter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/log.h"
#include "protocol/mem.h"
#include "worker/adapter.h"
#include "worker/files.h"

#define TELL_MS		1000u	/* at least, between two words about usage */
#define KEPT_MAX	512u	/* bytes of the record */

static void
on_silence(void *context)
{
	struct worker *worker = context;
	uint64_t silent, limit = worker->job.idle * 1000;
	char *why;

	/* Nobody reads what it prints at the moment, or it waits for a person. */
	if (worker->awaits || (worker->run != NULL && run_paused(worker->run)))
		worker->meter.heard = clock_monotonic();
	silent = clock_monotonic() - worker->meter.heard;
	if (silent < limit) {
		watch_in(worker->meter.silence, limit - silent);
		return;
	}
	why = str_format("it printed nothing for as long as limits.idle: %ju s", (uintmax_t)worker->job.idle);
	worker->end(worker, ENDING_IDLE, why);
	free(why);
}

/* One line of numbers; not synced, for a machine that dies loses no more than they tell. */
static void
keep(const struct worker *worker, const struct record_usage *usage)
{
	char *path = worker_path(worker, "usage"), *text = str_format("%ju %ju %ju %.9f %ju\n",
	    (uintmax_t)usage->input, (uintmax_t)usage->cached, (uintmax_t)usage->output, usage->cost,
	    (uintmax_t)usage->steps);

	if (files_write(path, text, strlen(text)) == -1)
		log_warn("cannot write %s", path);
	free(text);
	free(path);
}

static void
on_tell(void *context)
{
	struct worker *worker = context;
	struct record_usage usage;

	worker->meter.telling = false;
	if (!meter_usage(worker, &usage))
		return;
	keep(worker, &usage);
	if (worker->peer != NULL)
		peer_send(worker->peer, MSG_job_usage, &(struct msg_job_usage){
		    .attempt = worker->job.attempt, .fence = worker->fence, .usage = { &usage, 1 } });
}

void
meter_init(struct worker *worker)
{
	worker->meter.silence = watch_timer(worker->loop, on_silence, worker);
	worker->meter.tell = watch_timer(worker->loop, on_tell, worker);
}

void
meter_release(struct worker *worker)
{
	watch_free(worker->meter.silence);
	watch_free(worker->meter.tell);
}

void
meter_begin(struct worker *worker)
{
	worker->meter.heard = clock_monotonic();
	if (worker->job.idle != 0)
		watch_in(worker->meter.silence, worker->job.idle * 1000);
}

/* Which budget is used up, in words; the caller frees. NULL: none. */
static char *
exceeded(const struct worker *worker, const struct record_usage *usage)
{
	const struct msg_job_start *job = &worker->job;
	uint64_t tokens = usage->input + usage->output;

	if (job->steps != 0 && usage->steps > job->steps)
		return str_format("more than %ju steps", (uintmax_t)job->steps);
	if (job->tokens != 0 && tokens > job->tokens)
		return str_format("%ju tokens, and limits.tokens is %ju", (uintmax_t)tokens,
		    (uintmax_t)job->tokens);
	if (job->cost > 0 && usage->cost > job->cost)
		return str_format("%.4f dollars, and limits.cost is %.4f", usage->cost, job->cost);
	return NULL;
}

void
meter_activity(struct worker *worker)
{
	struct record_usage usage;
	uint64_t reports;
	char *why;

	worker->meter.heard = clock_monotonic();
	if (worker->adapter == NULL || !meter_usage(worker, &usage))
		return;
	reports = adapter_usage(worker->adapter)->reports + usage.steps;
	if (reports == worker->meter.reports)
		return;
	worker->meter.reports = reports;
	if (!worker->meter.telling)
		watch_in(worker->meter.tell, TELL_MS);
	worker->meter.telling = true;
	if ((why = exceeded(worker, &usage)) != NULL)
		worker->end(worker, ENDING_BUDGET, why);
	free(why);
}

void
meter_end(struct worker *worker)
{
	struct record_usage usage;

	watch_pause(worker->meter.silence);
	watch_pause(worker->meter.tell);
	worker->meter.telling = false;
	if (meter_usage(worker, &usage))
		keep(worker, &usage);
}

bool
meter_usage(const struct worker *worker, struct record_usage *usage)
{
	const struct usage *known = worker->adapter != NULL ? adapter_usage(worker->adapter) : NULL;
	struct tokens total;

	if (known == NULL || (known->reports == 0 && known->steps == 0)) {
		*usage = worker->meter.recovered;
		return worker->meter.has_recovered;
	}
	total = usage_total(known);
	*usage = (struct record_usage){ total.input, total.cached, total.output, total.cost, known->steps };
	return true;
}

void
meter_recover(struct worker *worker)
{
	char *path = worker_path(worker, "usage");
	uintmax_t input, cached, output, steps;
	struct buffer bytes;
	double cost;

	buffer_init(&bytes);
	worker->meter.has_recovered = files_read(path, KEPT_MAX, &bytes) == 0 &&
	    sscanf(buffer_text(&bytes), "%ju %ju %ju %lf %ju", &input, &cached, &output, &cost, &steps) == 5;
	if (worker->meter.has_recovered)
		worker->meter.recovered = (struct record_usage){ input, cached, output, cost, steps };
	buffer_release(&bytes);
	free(path);
}
