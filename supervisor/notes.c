/* Session notes: see notes.h. */
#include "notes.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clients.h"
#include "events.h"
#include "note_file.h"
#include "notes_gather.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "registry.h"
#include "store_notes.h"

#define SOON_MS		200u		/* several changes of a task are one file */
#define AGAIN_LEAST_MS	1000u
#define AGAIN_MOST_MS	(5u * 60u * 1000u)
#define BATCH_MOST	64u		/* notes of one child */
#define BATCH_BYTES	(4u << 20)	/* and about their bytes */
#define RELATED_MOST	32u		/* notes that the end of one task changes */
#define FINISH_MS	10000u		/* at the end of the process */

/* What a child is writing. */
struct notes {
	struct note_template *templates;	/* one for each project */
	struct watch *timer;
	bool due, waits;		/* something is due; the timer runs */
	unsigned failures;		/* in a row */
	pid_t pid;			/* 0: none */
	size_t count;
	uint64_t tasks[BATCH_MOST], dues[BATCH_MOST];
	char *names[BATCH_MOST], *problems[BATCH_MOST];
	struct buffer texts[BATCH_MOST];
	int *errors;			/* shared with the child: 0, errno, or -1: not come to */
};

/* ---- what is due ---- */

/* 20260116-1830-task.md, by when its first attempt began. */
static char *
make_name(const struct task *task)
{
	time_t seconds = (time_t)(task->started != 0 ? task->started : clock_wall());
	char date[32] = "";
	struct tm parts;

	if (gmtime_r(&seconds, &parts) != NULL)
		strftime(date, sizeof(date), "%Y%m%d-%H%M", &parts);
	return str_format("%s-%s.md", date, task->spec.id);
}

void
notes_touch(struct supervisor *supervisor, const struct task *task)
{
	char *name;

	if (supervisor->notes == NULL)
		return;
	name = make_name(task);
	/* A name that it has stays. */
	store_note_due(supervisor->store, task->position, name);
	supervisor->notes->due = true;
	free(name);
}

void
notes_end(struct supervisor *supervisor, const struct task *task)
{
	const struct task *other;
	size_t i;

	notes_touch(supervisor, task);
	for (i = 0; i < strs_count(task->spec.depends_on) && i < RELATED_MOST; i++)
		if ((other = registry_find(supervisor, task->spec.depends_on[i])) != NULL)
			store_note_again(supervisor->store, other->position);
}

void
notes_soon(struct supervisor *supervisor)
{
	struct notes *notes = supervisor->notes;

	if (notes == NULL || !notes->due || notes->waits || notes->pid != 0)
		return;
	notes->waits = true;
	watch_in(notes->timer, SOON_MS);
}

/* ---- a batch ---- */

void
notes_text(struct supervisor *supervisor, const struct task *task, struct buffer *out)
{
	struct note_template preset = { 0 }, *template = &preset;
	struct note note;
	size_t i;

	for (i = 0; i < supervisor->project_count && supervisor->projects[i] != task->project; i++)
		;
	/* A former project has no template, and where nothing runs nobody has read one. */
	if (supervisor->notes != NULL && i < supervisor->project_count)
		template = &supervisor->notes->templates[i];
	else
		note_template_preset(&preset);
	notes_gather(supervisor, task, &note);
	note_render(template, &note, out);
	note_release(&note);
	note_template_release(&preset);
}

static void
batch_clear(struct notes *notes)
{
	while (notes->count > 0) {
		notes->count--;
		free(notes->names[notes->count]);
		free(notes->problems[notes->count]);
		buffer_release(&notes->texts[notes->count]);
	}
}

static void
batch_add(void *context, const struct note_state *state)
{
	struct notes *notes = context;

	notes->tasks[notes->count] = state->task;
	notes->dues[notes->count] = state->due;
	notes->names[notes->count] = str_dup(state->name);
	notes->problems[notes->count] = str_dup(state->problem);
	buffer_init(&notes->texts[notes->count]);
	notes->count++;
}

/* The texts of what is due, as many as fit; false: nothing is due. */
static bool
batch_make(struct supervisor *supervisor)
{
	struct notes *notes = supervisor->notes;
	size_t i, bytes = 0, all;

	store_each_note_due(supervisor->store, BATCH_MOST, batch_add, notes);
	for (i = 0; i < notes->count && bytes < BATCH_BYTES; i++) {
		notes_text(supervisor, supervisor->tasks[notes->tasks[i] - 1], &notes->texts[i]);
		notes->errors[i] = -1;
		bytes += notes->texts[i].len;
	}
	for (all = notes->count; all > i; all--) {
		free(notes->names[all - 1]);
		free(notes->problems[all - 1]);
		buffer_release(&notes->texts[all - 1]);
	}
	notes->count = i;
	return i > 0;
}

static const struct task *
batch_task(const struct supervisor *supervisor, size_t i)
{
	return supervisor->tasks[supervisor->notes->tasks[i] - 1];
}

/* Those of one project after another, as they stand there. */
static void
batch_write(const struct supervisor *supervisor)
{
	const struct notes *notes = supervisor->notes;
	struct note_text texts[BATCH_MOST];
	size_t first, i;
	char *folder;

	for (first = i = 0; i < notes->count; first = i) {
		const struct project *project = batch_task(supervisor, first)->project;

		for (; i < notes->count && batch_task(supervisor, i)->project == project; i++)
			texts[i] = (struct note_text){ notes->names[i], notes->texts[i].bytes,
			    notes->texts[i].len };
		folder = notes_path(project, "");
		note_files_write(folder, texts + first, i - first, notes->errors + first);
		free(folder);
	}
}

/* One could not be written: told once for each reason. */
static void
fail(struct supervisor *supervisor, size_t i)
{
	struct notes *notes = supervisor->notes;
	const struct task *task = batch_task(supervisor, i);
	char *path = notes_path(task->project, notes->names[i]);
	char *problem = str_format("%s: %s; it is tried again", path, notes->errors[i] > 0 ?
	    strerror(notes->errors[i]) : "its writer was killed");

	if (!str_same(problem, notes->problems[i])) {
		store_note_failed(supervisor->store, notes->tasks[i], problem);
		events_record(supervisor, &(struct event_row){ .event = "note.failed", .task = task->spec.id,
		    .attempt = task->attempts, .reason = problem });
	}
	free(problem);
	free(path);
}

/* Keeps what became of the batch; true when all of it was written. */
static bool
batch_end(struct supervisor *supervisor)
{
	struct notes *notes = supervisor->notes;
	bool good = true;
	size_t i;

	store_begin(supervisor->store);
	for (i = 0; i < notes->count; i++) {
		if (notes->errors[i] == 0) {
			store_note_written(supervisor->store, notes->tasks[i], notes->dues[i], clock_wall());
		} else {
			fail(supervisor, i);
			good = false;
		}
	}
	store_commit(supervisor->store);
	clients_pump_events(supervisor);
	batch_clear(notes);
	return good;
}

static uint64_t
again_ms(unsigned failures)
{
	uint64_t wait = (uint64_t)AGAIN_LEAST_MS << (failures > 10 ? 10 : failures - 1);

	return wait > AGAIN_MOST_MS ? AGAIN_MOST_MS : wait;
}

static void
on_timer(void *context)
{
	struct supervisor *supervisor = context;
	struct notes *notes = supervisor->notes;

	notes->waits = false;
	if (supervisor->stopping || !batch_make(supervisor)) {
		notes->due = supervisor->stopping && notes->due;
		return;
	}
	notes->pid = fork();
	if (notes->pid == 0) {
		/* Who comes after us writes the same files. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGTERM, SIG_DFL);
		close_range(3, ~0u, 0);
		batch_write(supervisor);
		_exit(0);
	}
	if (notes->pid == -1) {
		notes->pid = 0;
		log_warn("event=notes.later why=fork");
		batch_clear(notes);
		notes->waits = true;
		watch_in(notes->timer, again_ms(++notes->failures));
	}
}

bool
notes_exited(struct supervisor *supervisor, pid_t pid)
{
	struct notes *notes = supervisor->notes;

	if (notes->pid == 0 || pid != notes->pid)
		return false;
	notes->pid = 0;
	notes->failures = batch_end(supervisor) ? 0 : notes->failures + 1;
	/* More may be due, or the same again. */
	notes->due = notes->waits = true;
	watch_in(notes->timer, notes->failures > 0 ? again_ms(notes->failures) : SOON_MS);
	return true;
}

void
notes_finish(struct supervisor *supervisor)
{
	struct notes *notes = supervisor->notes;
	uint64_t until = clock_monotonic() + FINISH_MS;

	if (notes->pid > 0) {
		waitpid(notes->pid, NULL, 0);
		notes->pid = 0;
		batch_end(supervisor);
	}
	while (clock_monotonic() < until && batch_make(supervisor)) {
		batch_write(supervisor);
		if (!batch_end(supervisor))
			break;
	}
}

/* ---- words of people ---- */

void
notes_add(struct supervisor *supervisor, const struct task *task, const char *who, const char *text)
{
	size_t i;

	store_begin(supervisor->store);
	store_note_words_put(supervisor->store, task != NULL ? task->position : 0, clock_wall(), who, text);
	events_record(supervisor, &(struct event_row){ .event = "note.words",
	    .task = task != NULL ? task->spec.id : NULL, .reason = text });
	for (i = 0; task == NULL && i < supervisor->task_count; i++)
		if (supervisor->tasks[i]->started != 0 && !task_state_final(supervisor->tasks[i]->state))
			notes_touch(supervisor, supervisor->tasks[i]);
	if (task != NULL)
		notes_touch(supervisor, task);
	store_commit(supervisor->store);
	clients_pump_events(supervisor);
	notes_soon(supervisor);
}

/* ---- */

void
notes_init(struct supervisor *supervisor)
{
	struct notes *notes = mem_zero(1, sizeof(*notes));
	struct problems problems;
	const char *text;
	size_t i;

	supervisor->notes = notes;
	notes->templates = mem_zero(supervisor->project_count, sizeof(*notes->templates));
	problems_init(&problems);
	for (i = 0; i < supervisor->project_count; i++)
		if ((text = supervisor->projects[i]->config->notes_text) != NULL)
			note_template_read(&notes->templates[i], "notes.template", text, strlen(text), &problems);
		else
			note_template_preset(&notes->templates[i]);
	problems_release(&problems);
	notes->errors = mmap(NULL, BATCH_MOST * sizeof(int), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (notes->errors == MAP_FAILED)
		fatal("mmap");
	notes->timer = watch_timer(supervisor->loop, on_timer, supervisor);
	notes->due = true;
	notes_soon(supervisor);
}

void
notes_release(struct supervisor *supervisor)
{
	struct notes *notes = supervisor->notes;

	size_t i;

	batch_clear(notes);
	for (i = 0; i < supervisor->project_count; i++)
		note_template_release(&notes->templates[i]);
	free(notes->templates);
	watch_free(notes->timer);
	munmap(notes->errors, BATCH_MOST * sizeof(int));
	free(notes);
}
