/* The end of a line: see check.h. Everything is asked of Git in one shell. */
#include "tests/crash/check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/mem.h"

/* Each question has a line "# NAME" above its answer. */
static const char questions[] =
    "export GIT_DIR=state/projects/p/repository.git; echo '# history'; git log --reverse --first-parent --format='%%H %%P|%%an|%%s|"
    "%%(trailers:key=Orch-Task,valueonly,separator=%%x2c)|"
    "%%(trailers:key=Orch-Attempt,valueonly,separator=%%x2c)|"
    "%%(trailers:key=Orch-Ticket,valueonly,separator=%%x2c)|"
    "%%(trailers:key=Orch-Agent,valueonly,separator=%%x2c)|"
    "%%(trailers:key=Orch-Verdict,valueonly,separator=%%x2c)|"
    "%%(trailers:key=Orch-Line,valueonly,separator=%%x2c)' %s..main || :; "
    "echo '# tree'; git rev-parse 'main^{tree}' || :; "
    "echo '# attempts'; git for-each-ref --format='%%(objectname) %%(refname)' refs/orch/attempts; "
    "echo '# conflicts'; git for-each-ref --format='%%(objectname) %%(refname)' refs/orch/conflicts; "
    "echo '# fsck'; git fsck --strict --no-dangling --no-progress 2>&1; "
    "unset GIT_DIR; git -C up fsck --strict --no-dangling --no-progress 2>&1; "
    "echo '# shown'; git -C up rev-parse %s || :; "
    "echo '# locks'; find state/projects up -name '*.lock' 2>&1; "
    "echo '# quarantine'; ls state/projects/p/quarantine 2>&1; "
    "echo '# unfinished'; find state/projects/p -maxdepth 2 '(' -name '*.tmp' -o -name 'making-*' "
    "-o -name 'dead-*' ')'; echo '# end'";

/* What a worker would get: the tip's files, and an index that fits them. */
static const char mounted[] =
    "mkdir -p upper workdir want mounted; git --git-dir=state/projects/p/repository.git archive %s | "
    "tar -x -C want; cd state/projects/p/trees; mount -t overlay overlay -o "
    "lowerdir=%s,upperdir=%s/upper,workdir=%s/workdir %s/mounted; cd ../../../..; "
    "diff -r --no-dereference -x .git want mounted 2>&1; cd mounted; "
    "echo %s >.git/HEAD; printf '[core]\\nbare=false\\nrepositoryformatversion=0\\n' >.git/config; "
    "export GIT_ALTERNATE_OBJECT_DIRECTORIES=%s/state/projects/p/repository.git/objects; "
    "git -c safe.directory='*' -c core.checkStat=minimal -c core.trustctime=false status -s || echo 'no status'; "
    "cd ..; umount mounted; rm -rf upper workdir want";

/* The answer to a question, without its last newline. */
static char *
answer(const char *all, const char *name)
{
	char *head = str_format("# %s\n", name), *text;
	const char *from = strstr(all, head), *to;

	if (from == NULL)
		text = str_dup("(no answer)");
	else {
		from += strlen(head);
		to = *from == '#' ? from : strstr(from, "\n#");
		text = mem_copy(from, to == NULL ? strlen(from) : (size_t)(to - from));
	}
	free(head);
	return text;
}

static void
check_equal(struct line *line, const char *all, const char *name, const char *wanted)
{
	char *seen = answer(all, name);

	if (strcmp(seen, wanted) != 0)
		line_wrong(line, "%s is '%s' instead of '%s'", name, seen, wanted);
	free(seen);
}

/* The next commit of a history. */
static void
check_row(struct line *line, char **history, char **rest, const char *wanted)
{
	const char *row = strtok_r(*history, "\n", rest);

	*history = NULL;
	if (row == NULL || strcmp(row, wanted) != 0)
		line_wrong(line, "history has '%s' instead of '%s'", row ? row : "", wanted);
}

/* One commit for each ticket, in order, each upon the one before it, as it was told. */
static void
check_history(struct line *line, const char *all)
{
	char *seen = answer(all, "history"), *at = seen, *row, *rest = NULL, *wanted, parent[41];
	size_t i;

	memcpy(parent, line->base, 41);
	if (line->theirs[0] != '\0') {
		wanted = str_format("%s %s|Ann|agent work||||||", line->theirs, parent);
		check_row(line, &at, &rest, wanted);
		free(wanted);
		memcpy(parent, line->theirs, 41);
	}
	for (i = 0; i < TICKETS; i++) {
		const struct piece *piece = &line->pieces[i];

		if (piece->fate != LANDS)
			continue;
		/* One that has many commits is the agent's, by the title of the ticket. */
		wanted = str_format("%s %s|%s|%s|1|%zu|robot|%s|%s", piece->landed_as, parent,
		    piece->many ? "robot|A title" : "Ann|agent work", piece->task, i + 1, piece->gate ? "PASS" : "UNVERIFIED", line->base);
		check_row(line, &at, &rest, wanted);
		free(wanted);
		memcpy(parent, piece->landed_as, 41);
	}
	row = strtok_r(at, "\n", &rest);
	if (row != NULL)
		line_wrong(line, "history has '%s' at its end", row);
	check_equal(line, all, "shown", parent);
	free(seen);
}

static void
check_mounted(struct line *line)
{
	const char *root = line->world->root, *tip = line->world->tip;
	struct buffer names;
	char *seen;
	size_t i;

	if (geteuid() != 0)
		return;
	buffer_init(&names);
	for (i = 0; line->trees != NULL && line->trees[i] != NULL; i++)
		buffer_format(&names, "%s%s", i > 0 ? ":" : "", line->trees[i]);
	seen = run(line->world, mounted, tip, buffer_text(&names), root, root, root, tip, root);
	if (seen[0] != '\0')
		line_wrong(line, "the trees of the tip: %s", seen);
	free(seen);
	buffer_release(&names);
}

/* What the line has passed goes, if not at once then with the next start. */
static void
check_tickets(struct line *line)
{
	static const char question[] = "git --git-dir=state/projects/p/repository.git for-each-ref "
	    "refs/orch/tickets";
	char *seen = run(line->world, "%s", question);

	if (seen[0] != '\0' && line_go(line, LINE_OPEN)) {
		line_end(line);
		free(seen);
		seen = run(line->world, "%s", question);
	}
	if (seen[0] != '\0')
		line_wrong(line, "tickets that have landed are left: %s", seen);
	free(seen);
}

void
check_world(struct line *line, bool checked_out)
{
	char *all = run(line->world, questions, line->base, checked_out ? "orch/main" : "main");
	struct buffer refs, kept;
	size_t i;

	check_history(line, all);
	check_equal(line, all, "tree", line->tree);
	buffer_init(&refs);
	buffer_init(&kept);
	for (i = 0; i < TICKETS; i++) {
		const struct piece *piece = &line->pieces[i];

		if (piece->task != NULL)
			buffer_format(&refs, "%s%s refs/orch/attempts/%s/1", refs.len > 0 ? "\n" : "",
			    piece->commit, piece->task);
		if (piece->fate == CLASHES)
			buffer_format(&kept, "%s%s refs/orch/conflicts/%s", kept.len > 0 ? "\n" : "",
			    piece->marked, piece->task);
	}
	check_equal(line, all, "attempts", buffer_text(&refs));
	check_equal(line, all, "conflicts", buffer_text(&kept));
	buffer_release(&refs);
	buffer_release(&kept);
	check_equal(line, all, "fsck", "");
	check_equal(line, all, "locks", "");
	check_equal(line, all, "quarantine", "");
	check_equal(line, all, "unfinished", "");
	free(all);
	if (line->wrong.len == 0)
		check_mounted(line);
	if (line->wrong.len == 0)
		check_tickets(line);
}
