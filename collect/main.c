/*
 * orch-collect: turns what an attempt left in its workspace into one commit and
 * a pack, or into plain files. Runs inside the sandbox after the agent is dead,
 * because the files and the repository it reads are hostile; the worker believes only
 * its five lines.
 * Before the agent it lays out a conflict that the attempt is to finish.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect/collect.h"
#include "collect/fail.h"
#include "collect/inside.h"
#include "collect/lay.h"
#include "collect/place.h"

static void
release(struct collect *collect)
{
	changes_forget(collect);
	free(collect->commit);
	free(collect->tree);
	free(collect->head_tree);
	free(collect->head);
	buffer_release(&collect->contents);
	buffer_release(&collect->untracked);
	buffer_release(&collect->tracked);
	buffer_release(&collect->missing);
	buffer_release(&collect->present);
}

int
main(int argc, char **argv)
{
	static const char *const forms[] = { "none", "pack", "files" };
	struct collect collect = { 0 };
	int nothing;

	if (argc != 6 && argc != 3) {
		fprintf(stderr, "usage: orch-collect TIP TITLE AGENT 0|1 pack|files\n"
		    "       orch-collect TIP CONFLICT   (started by orch-worker)\n");
		return 2;
	}
	/* The standard descriptors exist, so that no file of ours takes their place. */
	while ((nothing = open("/dev/null", O_RDWR)) != -1 && nothing <= 2)
		;
	if (nothing > 2)
		close(nothing);
	if (argc == 3) {
		if (chdir(place("/workspace")) == -1)
			fail(NULL, "there is no workspace");
		lay_conflict(argv[1], argv[2]);
		return 0;
	}
	collect.tip = argv[1];
	collect.title = argv[2];
	collect.agent = argv[3];
	collect.committed = strcmp(argv[4], "1") == 0;
	collect.small = strcmp(argv[5], "files") == 0;
	setenv("GIT_DIR", place(COLLECT_GIT), 1);
	setenv("GIT_WORK_TREE", place("/workspace"), 1);
	setenv("GIT_OBJECT_DIRECTORY", place(COLLECT_OBJECTS), 1);
	buffer_init(&collect.present);
	buffer_init(&collect.missing);
	buffer_init(&collect.tracked);
	buffer_init(&collect.untracked);
	buffer_init(&collect.contents);
	if (chdir(place("/workspace")) == -1)
		fail(NULL, "there is no workspace");
	paths_read(&collect);
	stage_head(&collect);
	stage_index(&collect);
	tree_make(&collect);
	if (collect.tree != NULL)
		commit_make(&collect);
	if (collect.form == FORM_PACK)
		commit_pack(&collect);
	printf("form %s\ncommit %s\ncommits %lu\nbytes %lu\nend\n", forms[collect.form],
	    collect.form == FORM_PACK ? collect.commit : collect.tip, collect.commits,
	    collect.bytes);
	release(&collect);
	return fflush(stdout) == 0 ? 0 : 1;
}
