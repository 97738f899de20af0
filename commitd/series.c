/* The agent's own commits: see series.h. */
#include "commitd/series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commitd/draft.h"
#include "commitd/trailers.h"
#include "commitd/walk.h"
#include "protocol/mem.h"

#define NOWHERE	SIZE_MAX

void
series_release(struct series *series)
{
	free(series->commits);
	*series = (struct series){ 0 };
}

static void
add(struct series *series, const char *oid)
{
	if ((series->count & (series->count + 1)) == 0)
		series->commits = mem_resize(series->commits, 2 * series->count + 2, OID_TEXT);
	memcpy(series->commits[series->count++], oid, OID_TEXT);
}

/* Which of the first `count` it is. From the end: a parent is often not far. */
static size_t
find(char (*commits)[OID_TEXT], size_t count, const char *oid)
{
	while (count > 0)
		if (strcmp(commits[--count], oid) == 0)
			return count;
	return NOWHERE;
}

static void
reverse(struct series *series)
{
	char keep[OID_TEXT];
	size_t i;

	for (i = 0; i < series->count / 2; i++) {
		memcpy(keep, series->commits[i], OID_TEXT);
		memcpy(series->commits[i], series->commits[series->count - 1 - i], OID_TEXT);
		memcpy(series->commits[series->count - 1 - i], keep, OID_TEXT);
	}
}

enum error
series_read(struct repository *repository, const char *base, const char *commit,
    struct series *series)
{
	enum error error = ERROR_NONE;
	char at[OID_TEXT];
	struct commit read;
	bool ends = false;

	*series = (struct series){ 0 };
	snprintf(at, sizeof(at), "%s", commit);
	while (error == ERROR_NONE && !ends && strcmp(at, base) != 0) {
		error = commit_read(repository, at, &read);
		ends = error != ERROR_NONE || read.parents == NULL || read.parents[0] == NULL ||
		    strlen(read.parents[0]) >= OID_TEXT || series->count == SERIES_MOST;
		if (!ends) {
			add(series, at);
			strcpy(at, read.parents[0]);
		}
		commit_release(&read);
	}
	if (ends || error != ERROR_NONE)
		series_release(series);
	reverse(series);
	return error;
}

/* Up to one more than there may be. */
static void
collect(void *context, const char *oid)
{
	struct series *series = context;

	if (series->count <= SERIES_MOST)
		add(series, oid);
}

/* All that are wanted, in any order, and how far their parents have been gone through. */
struct graph {
	struct series all;
	struct node { char **parents; size_t next; bool seen; } *nodes;
};

/* The next parent of a commit that nobody has come to; else NOWHERE. */
static size_t
next_parent(struct graph *graph, size_t at)
{
	struct node *node = &graph->nodes[at];
	size_t parent;

	while (node->parents != NULL && node->parents[node->next] != NULL) {
		parent = find(graph->all.commits, graph->all.count, node->parents[node->next++]);
		if (parent != NOWHERE && !graph->nodes[parent].seen)
			return parent;
	}
	return NOWHERE;
}

/* Depth first, a commit behind all of its parents. */
static void
sort(struct graph *graph, size_t tip, struct series *sorted)
{
	size_t *stack = mem_zero(graph->all.count, sizeof(*stack)), depth = 0, at = tip;

	for (;;) {
		if (at != NOWHERE) {
			graph->nodes[at].seen = true;
			stack[depth++] = at;
		} else {
			add(sorted, graph->all.commits[stack[--depth]]);
			if (depth == 0)
				break;
		}
		at = next_parent(graph, stack[depth - 1]);
	}
	free(stack);
}

enum error
series_widen(struct repository *repository, const char *base, struct series *series)
{
	struct graph graph = { .nodes = NULL };
	struct series sorted = { 0 };
	struct commit read;
	enum error error;
	size_t i;

	if (series->count == 0)
		return ERROR_NONE;
	error = repository_commits(repository, base, series->commits[series->count - 1], collect,
	    &graph.all);
	graph.nodes = mem_zero(graph.all.count + 1, sizeof(*graph.nodes));
	for (i = 0; error == ERROR_NONE && i < graph.all.count; i++) {
		error = commit_read(repository, graph.all.commits[i], &read);
		graph.nodes[i].parents = read.parents;
		read.parents = NULL;
		commit_release(&read);
	}
	i = find(graph.all.commits, graph.all.count, series->commits[series->count - 1]);
	if (error == ERROR_NONE && i != NOWHERE && graph.all.count <= SERIES_MOST)
		sort(&graph, i, &sorted);
	for (i = 0; i < graph.all.count; i++)
		strs_free(graph.nodes[i].parents);
	free(graph.nodes);
	series_release(&graph.all);
	series_release(series);
	*series = sorted;
	return error;
}

/* What its parents have become, each once. */
static const char **
new_parents(const struct commit *commit, char (*was)[OID_TEXT], const struct series *series,
    size_t count, bool *same)
{
	size_t parents = strs_count(commit->parents), kept = 0, i, j, at;
	const char **list = mem_zero(parents + 1, sizeof(*list));

	*same = true;
	for (i = 0; i < parents; i++) {
		at = find(was, count, commit->parents[i]);
		list[kept] = at == NOWHERE ? commit->parents[i] : series->commits[at];
		*same = *same && strcmp(list[kept], commit->parents[i]) == 0;
		/* Two that differed in their trailers alone are one now. */
		for (j = 0; strcmp(list[j], list[kept]) != 0; j++)
			;
		kept += j == kept;
	}
	list[kept] = NULL;
	return list;
}

/* One commit on what its parents have become, and without our trailers. */
static enum error
strip_one(struct repository *repository, struct series *series, char (*was)[OID_TEXT], size_t at)
{
	struct commit commit;
	struct draft draft;
	struct buffer message;
	const char **parents = NULL;
	bool same;
	enum error error = commit_read(repository, was[at], &commit);

	buffer_init(&message);
	if (error == ERROR_NONE) {
		parents = new_parents(&commit, was, series, at, &same);
		if (trailers_strip(&message, commit.message, commit.message_len) || !same) {
			draft = (struct draft){ commit.tree, parents, commit.author, commit.committer,
			    commit.encoding, (const char *)message.bytes, message.len };
			error = draft_write(repository, NULL, NULL, &draft, series->commits[at]);
		}
	}
	free(parents);
	buffer_release(&message);
	commit_release(&commit);
	return error;
}

enum error
series_strip(struct repository *repository, struct series *series)
{
	char (*was)[OID_TEXT] = mem_zero(series->count + 1, OID_TEXT);
	enum error error = ERROR_NONE;
	size_t i;

	if (series->count > 0)
		memcpy(was, series->commits, series->count * OID_TEXT);
	for (i = 0; error == ERROR_NONE && i < series->count; i++)
		error = strip_one(repository, series, was, i);
	free(was);
	return error;
}
