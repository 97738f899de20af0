/* The merge helper: see merge.h. */
#include "commitd/merge.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commitd/disk.h"
#include "protocol/log.h"
#include "protocol/mem.h"

#define TRIES		2
#define MERGES_MOST	2000u		/* then a fresh helper: it grows */
#define ANSWER_MOST	(64u << 20)

/* Where in an answer the reader is; fields end in a NUL. */
struct answer {
	struct merge *merge;
	size_t at;
	bool failed;
};

void
merge_init(struct merge *merge, const char *attributes)
{
	*merge = (struct merge){ .input = -1, .output = -1, .attributes = str_dup(attributes) };
	buffer_init(&merge->bytes);
}

void
merge_release(struct merge *merge)
{
	merge_stop(merge);
	buffer_release(&merge->bytes);
	free(merge->attributes);
}

/* How it ended, as waitpid(2) has it: by us, if not before. 0: it had not begun. */
static int
end(struct merge *merge)
{
	int status = 0;

	if (merge->pid == 0)
		return status;
	close(merge->input);
	close(merge->output);
	kill(-merge->pid, SIGKILL);
	while (waitpid(merge->pid, &status, 0) == -1 && errno == EINTR)
		;
	merge->pid = 0;
	merge->count = 0;
	merge->asked = false;
	return status;
}

void
merge_stop(struct merge *merge)
{
	end(merge);
}

/*
 * By a fault of its own: an assertion that failed, an address that is none. Not SIGBUS: so
 * a page of a mapped file ends that the disk does not give.
 */
static bool
has_crashed(int status)
{
	static const int signals[] = { SIGABRT, SIGSEGV, SIGFPE };
	size_t i;

	for (i = 0; WIFSIGNALED(status) && i < COUNT(signals); i++)
		if (WTERMSIG(status) == signals[i])
			return true;
	return false;
}

/* The next field of the answer, waiting for it; valid until the next call. */
static const char *
field(struct answer *answer)
{
	struct merge *merge = answer->merge;
	struct pollfd wait = { merge->output, POLLIN, 0 };
	size_t start = answer->at;
	const unsigned char *end;
	ssize_t len;

	while (!answer->failed) {
		end = merge->bytes.len == start ? NULL :
		    memchr(merge->bytes.bytes + start, '\0', merge->bytes.len - start);
		if (end != NULL) {
			answer->at = (size_t)(end - merge->bytes.bytes) + 1;
			return (const char *)merge->bytes.bytes + start;
		}
		if (merge->bytes.len > ANSWER_MOST || poll(&wait, 1, GIT_SECONDS * 1000) <= 0)
			break;
		len = read(merge->output, buffer_reserve(&merge->bytes, 16384), 16384);
		if (len <= 0)
			break;
		merge->bytes.len += (size_t)len;
	}
	answer->failed = true;
	return "";
}

/* A list that ends with NULL, and how long it is. */
struct list { char **items; size_t count; };

static void
list_add(struct list *list, const char *text)
{
	if ((list->count & (list->count + 1)) == 0)
		list->items = mem_resize(list->items, 2 * list->count + 2, sizeof(char *));
	list->items[list->count++] = str_dup(text);
	list->items[list->count] = NULL;
}

/*
 * One message: how many paths, the paths, a type that never changes, a sentence.
 * Git says of a file that is not text both that it is binary, and then that its
 * content is in conflict.
 */
static void
parse_message(struct answer *answer, const char *paths, struct buffer *messages,
    struct list *texts, char **binary)
{
	unsigned long count = strtoul(paths, NULL, 10), i;
	char *first = NULL;
	const char *type;
	bool contents, conflict;

	for (i = 0; i < count && !answer->failed; i++) {
		type = field(answer);
		if (i == 0)
			first = str_dup(type);
	}
	type = field(answer);
	contents = strcmp(type, "CONFLICT (contents)") == 0;
	conflict = strncmp(type, "CONFLICT", 8) == 0;
	if (strcmp(type, "CONFLICT (binary)") == 0)
		str_set(binary, first);
	else if (contents && first != NULL && !str_same(first, *binary))
		list_add(texts, first);
	type = field(answer);
	if (conflict)
		buffer_add_text(messages, type);
	free(first);
}

/*
 * "1 tree '' " or "0 tree paths... '' messages... ''". What to do about submodules stands
 * in front of that last end, as if it were the number that a message begins with.
 */
static void
parse(struct answer *answer, struct merge_result *result)
{
	struct list paths = { 0 }, texts = { 0 };
	struct buffer messages;
	char *binary = NULL;
	const char *text;

	buffer_init(&messages);
	result->clean = str_same(field(answer), "1");
	text = field(answer);
	if (strlen(text) != OID_TEXT - 1)
		answer->failed = true;
	else
		strcpy(result->tree, text);
	for (text = field(answer); *text != '\0'; text = field(answer))
		list_add(&paths, text);
	while (!result->clean && !answer->failed) {
		text = field(answer);
		if (*text < '0' || *text > '9')
			break;
		parse_message(answer, text, &messages, &texts, &binary);
	}
	result->paths = paths.items;
	result->texts = texts.items;
	result->messages = str_dup(buffer_text(&messages));
	buffer_release(&messages);
	free(binary);
}

static bool
begin(struct merge *merge, const struct git *git)
{
	/* Before 2.49 git never flushes its answer to a pipe. */
	const char *const *arguments = disk_exists(merge->attributes) ?
	    GIT_LIST("stdbuf", "-o0", "git", "-C", merge->attributes, "--work-tree=.", "merge-tree",
	    "--stdin", "--name-only", "-z") :
	    GIT_LIST("stdbuf", "-o0", "git", "merge-tree", "--stdin", "--name-only", "-z");

	merge->pid = git_start(git, arguments, &merge->input, &merge->output);
	if (merge->pid != -1)
		return true;
	log_warn("event=spawn program=stdbuf");
	merge->pid = 0;
	return false;
}

static bool
ask(struct merge *merge, const struct git *git, const char *ours, const char *theirs)
{
	char *line;
	ssize_t len;
	bool sent;

	if (merge->asked && strcmp(merge->ours, ours) == 0 && strcmp(merge->theirs, theirs) == 0)
		return true;
	/* Its answer would be taken for that to another question. */
	if (merge->asked || merge->count >= MERGES_MOST)
		merge_stop(merge);
	if (merge->pid == 0 && !begin(merge, git))
		return false;
	merge->count++;
	buffer_drop(&merge->bytes, merge->bytes.len);
	line = str_format("%s %s\n", ours, theirs);
	len = write(merge->input, line, strlen(line));
	sent = len == (ssize_t)strlen(line);
	free(line);
	memmove(merge->ours, ours, OID_TEXT);
	memmove(merge->theirs, theirs, OID_TEXT);
	merge->asked = true;
	return sent;
}

void
merge_begin(struct merge *merge, const struct git *git, const char *ours, const char *theirs)
{
	if (!ask(merge, git, ours, theirs))
		merge_stop(merge);
}

enum error
merge_run(struct merge *merge, const struct git *git, const char *ours, const char *theirs,
    struct merge_result *result)
{
	bool crashed = true;
	struct answer answer;
	int try;

	for (try = 0; try < TRIES; try++) {
		*result = (struct merge_result){ 0 };
		answer = (struct answer){ merge, 0, false };
		if (ask(merge, git, ours, theirs)) {
			parse(&answer, result);
			merge->asked = false;
			if (!answer.failed)
				return ERROR_NONE;
		}
		crashed = has_crashed(end(merge)) && crashed;
		log_warnx("event=merge-helper ours=%.12s theirs=%.12s why=it %s in the middle of a merge",
		    ours, theirs, crashed ? "crashed" : "ended");
		merge_result_release(result);
	}
	return crashed ? ERROR_INVALID : ERROR_GIT;
}

void
merge_result_release(struct merge_result *result)
{
	strs_free(result->paths);
	strs_free(result->texts);
	free(result->messages);
	*result = (struct merge_result){ 0 };
}
