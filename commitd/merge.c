/* The merge helper: see merge.h. */
#include "commitd/merge.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"

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

void
merge_stop(struct merge *merge)
{
	if (merge->pid == 0)
		return;
	close(merge->input);
	close(merge->output);
	kill(-merge->pid, SIGKILL);
	while (waitpid(merge->pid, NULL, 0) == -1 && errno == EINTR)
		;
	merge->pid = 0;
	merge->count = 0;
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

/* "1 tree '' " or "0 tree paths... '' {count paths... type text}... ''". */
static void
parse(struct answer *answer, struct merge_result *result)
{
	struct buffer messages;
	const char *text;
	size_t count = 0, i;

	buffer_init(&messages);
	result->clean = str_same(field(answer), "1");
	text = field(answer);
	if (strlen(text) != OID_TEXT - 1)
		answer->failed = true;
	else
		strcpy(result->tree, text);
	for (text = field(answer); *text != '\0'; text = field(answer)) {
		result->paths = mem_resize(result->paths, count + 2, sizeof(char *));
		result->paths[count++] = str_dup(text);
		result->paths[count] = NULL;
	}
	while (!result->clean && !answer->failed) {
		text = field(answer);
		if (*text == '\0')
			break;
		for (i = strtoul(text, NULL, 10); i > 0 && !answer->failed; i--)
			field(answer);
		text = field(answer);
		if (strncmp(text, "CONFLICT", 8) == 0)
			buffer_add_text(&messages, field(answer));
		else
			field(answer);
	}
	result->messages = str_dup(buffer_text(&messages));
	buffer_release(&messages);
}

static bool
ask(struct merge *merge, const struct git *git, const char *ours, const char *theirs)
{
	char *line, *attributes;
	ssize_t len;
	bool sent;

	if (merge->count >= MERGES_MOST)
		merge_stop(merge);
	if (merge->pid == 0) {
		/* Before 2.49 git never flushes its answer to a pipe. */
		attributes = str_format("core.attributesFile=%s", merge->attributes);
		merge->pid = git_start(git, GIT_LIST("stdbuf", "-o0", "git", "-c", attributes,
		    "merge-tree", "--stdin", "--name-only", "-z"), &merge->input, &merge->output);
		free(attributes);
		if (merge->pid == -1) {
			log_warn("event=spawn program=stdbuf");
			merge->pid = 0;
			return false;
		}
	}
	merge->count++;
	buffer_drop(&merge->bytes, merge->bytes.len);
	line = str_format("%s %s\n", ours, theirs);
	len = write(merge->input, line, strlen(line));
	sent = len == (ssize_t)strlen(line);
	free(line);
	return sent;
}

enum error
merge_run(struct merge *merge, const struct git *git, const char *ours, const char *theirs,
    struct merge_result *result)
{
	struct answer answer;
	int try;

	for (try = 0; try < 2; try++) {
		*result = (struct merge_result){ 0 };
		answer = (struct answer){ merge, 0, false };
		if (ask(merge, git, ours, theirs)) {
			parse(&answer, result);
			if (!answer.failed)
				return ERROR_NONE;
		}
		log_warnx("event=merge-helper why=it ended in the middle of a merge; started again");
		merge_stop(merge);
		merge_result_release(result);
	}
	return ERROR_GIT;
}

void
merge_result_release(struct merge_result *result)
{
	strs_free(result->paths);
	free(result->messages);
	*result = (struct merge_result){ 0 };
}
