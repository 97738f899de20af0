/*
 * One task by hand: see byhand.h. The same path as under a supervisor, with a
 * state folder for the occasion; says each step and where to look afterwards.
 */
#include "byhand.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"
#include "tasks/tasks_file.h"
#include "worker/files.h"
#include "worker/job.h"
#include "worker/record.h"
#include "worker/setup.h"

/* One line that Git prints about the repository; NULL when it has none to say. */
static char *
ask_git(const char *repository, const char *what, const char *argument)
{
	char line[PATH_MAX] = "";
	int out[2], status = -1;
	ssize_t len;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) == -1 || (pid = fork()) == -1)
		return NULL;
	if (pid == 0) {
		dup2(out[1], STDOUT_FILENO);
		dup2(out[1], STDERR_FILENO);
		execlp("git", "git", "-C", repository, "rev-parse", what, argument, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	len = read(out[0], line, sizeof(line) - 1);
	close(out[0]);
	waitpid(pid, &status, 0);
	if (status != 0 || len <= 0)
		return NULL;
	line[strcspn(line, "\n")] = '\0';
	return str_dup(line);
}

/* A state folder whose only project is the person's repository. */
static char *
make_state(const char *objects)
{
	const char *base = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
	char *state = str_format("%s/orch-byhand.XXXXXX", base), *project, *slot, *link;

	if (mkdtemp(state) == NULL) {
		fprintf(stderr, "orch-worker: %s: %s\n", state, strerror(errno));
		free(state);
		return NULL;
	}
	project = str_format("%s/projects/hand/repository.git", state);
	slot = str_format("%s/slots/0", state);
	link = str_format("%s/objects", project);
	if (files_folder(project, 0700) == -1 || files_folder(slot, 0700) == -1 ||
	    symlink(objects, link) == -1) {
		fprintf(stderr, "orch-worker: %s: %s\n", state, strerror(errno));
		free(state);
		state = NULL;
	}
	free(link);
	free(slot);
	free(project);
	return state;
}

static void
print_result(const struct worker *worker, bool keep)
{
	const struct msg_job_result *result = &worker->result;

	fprintf(stderr, "result: %s%s%s (%ju iteration%s, %.2f s)\n", result->outcome,
	    result->reason ? ": " : "", result->reason ? result->reason : "",
	    (uintmax_t)result->iterations, result->iterations == 1 ? "" : "s", result->seconds);
	if (result->changed)
		fprintf(stderr, "commit: %s, %zu path%s changed, pack of %ju bytes\n", result->commit,
		    strs_count(result->paths), strs_count(result->paths) == 1 ? "" : "s",
		    (uintmax_t)result->bytes);
	else
		fprintf(stderr, "nothing was changed\n");
	if (!keep)
		return;
	fprintf(stderr, "workspace: %s/tree\nlog:       %s/logs/%s/1.log\n", worker->folder,
	    worker->state, result->task);
	if (result->changed)
		fprintf(stderr, "pack:      %s/outbox/pack\n"
		    "to take it: git index-pack --fix-thin --stdin <%s/outbox/pack && "
		    "git show %s\nto be rid of it: rm -rf %s\n", worker->folder, worker->folder,
		    result->commit, worker->state);
}

/* Turns the task into the job the supervisor would send. */
static void
make_job(struct msg_job_start *job, struct task_spec *task, const char *tip)
{
	*job = (struct msg_job_start){
		.attempt = 1, .kind = "attempt", .project = "hand", .task = task->id, .number = 1,
		.tip = tip, .agent = task->agent ? task->agent : "agent", .command = task->command,
		.prompt = task->prompt != NULL && *task->prompt != '\0' ? task->prompt : NULL,
		.title = task->title, .environment = task->environment,
		.verify = str_same(task->verify, "none") ? NULL : task->verify,
		.completion_promise = task->completion_promise,
		.max_iterations = task->max_iterations, .timeout = task->timeout,
	};
}

static int
run_task(const struct byhand *wanted, struct task_spec *task, const char *tip,
    const char *objects)
{
	struct worker worker = { .slot = "0", .lock = -1, .by_hand = true };
	struct msg_job_start job;
	char *state = make_state(objects);
	int result = 1;

	if (state == NULL)
		return 1;
	worker.state = state;
	worker.folder = str_format("%s/slots/0", state);
	make_job(&job, task, tip);
	fprintf(stderr, "task: %s: %s\ntip:  %s\nagent: %s\n", task->id, task->title, tip,
	    task->command[0]);
	setup_init(&worker);
	if (record_keep_job(&worker, &job) != ERROR_NONE) {
		fprintf(stderr, "orch-worker: task '%s': not a job the worker can take\n", task->id);
		result = 2;
	} else {
		job_step(&worker, ATTEMPT_EV_START);
		if (!worker.result_kept.there)
			loop_run(worker.loop);
		print_result(&worker, wanted->keep);
		result = str_same(worker.result.outcome, "done") ? 0 : 1;
	}
	setup_release(&worker);
	if (!wanted->keep)
		files_remove(state, SIZE_MAX);
	free(worker.folder);
	free(state);
	return result;
}

int
byhand_run(const struct byhand *wanted)
{
	struct problems problems;
	struct task_list list = { 0 };
	char *tip = NULL, *common = NULL, *objects = NULL, real[PATH_MAX];
	int result = 2;

	problems_init(&problems);
	if (tasks_file_read(wanted->tasks_file, &list, &problems) == 0) {
		if (list.count != 1)
			problems_add(&problems, "%s: holds %zu tasks; by hand it takes a file with one",
			    wanted->tasks_file, list.count);
		else if (list.tasks[0].command == NULL)
			problems_add(&problems, "%s: task '%s': command: missing; by hand no "
			    "configuration is read, so write the agent's command", wanted->tasks_file,
			    list.tasks[0].id);
	}
	tip = ask_git(wanted->repository, "--verify", "HEAD^{commit}");
	common = ask_git(wanted->repository, "--git-path", "objects");
	if (tip == NULL || common == NULL) {
		problems_add(&problems, "%s: not a Git repository with a commit", wanted->repository);
	} else {
		objects = common[0] == '/' ? str_dup(common) :
		    str_format("%s/%s", wanted->repository, common);
		if (realpath(objects, real) == NULL)
			problems_add(&problems, "%s: %s", objects, strerror(errno));
	}
	if (problems.count > 0)
		problems_print(&problems, "orch-worker");
	else
		result = run_task(wanted, &list.tasks[0], tip, real);
	free(objects);
	free(common);
	free(tip);
	task_list_release(&list);
	problems_release(&problems);
	return result;
}
