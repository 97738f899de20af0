/* How agents can be run here: see probing.h. */
#include "probing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroups.h"
#include "hash.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "spawn.h"

/* Users of slots, as root: numbers that no system gives away; those of a state folder apart. */
#define FIRST_USER	1900000000u
#define USERS_OF_STATE	1024u
#define USER_BLOCKS	4096u

/* What of the projects needs a sandbox, and what of these may have overlays. */
struct needs { bool sandbox, overlays; const char *overlay; };

static struct needs
needs_of(const struct config *config)
{
	struct needs needs = { 0 };
	size_t i;

	for (i = 0; i < config->project_count; i++) {
		const struct config_project *project = &config->projects[i];

		if (project->sandbox == SANDBOX_NONE) {
			log_warnx("event=no-sandbox project=%s why=sandbox: none is written; agents run with all "
			    "rights of user %u", project->name, (unsigned)geteuid());
			continue;
		}
		needs.sandbox = true;
		if (project->workspace != WORKSPACE_CHECKOUT)
			needs.overlays = true;
		if (project->workspace == WORKSPACE_OVERLAY)
			needs.overlay = project->name;
	}
	return needs;
}

/* How agents can be run here, from the worker's own test. */
static void
take_probe(struct supervisor *supervisor, char *told)
{
	char *users = strstr(told, "\nusers: ");

	supervisor->users = str_dup(users != NULL ? users + strlen("\nusers: ") : "one");
	supervisor->users[strcspn(supervisor->users, "\n")] = '\0';
	cgroups_tried(supervisor, strstr(told, "\ncgroup: "));
	told[strcspn(told, "\n")] = '\0';
	supervisor->workspace = told;
	supervisor->overlay = strncmp(told, "overlay", 7) == 0;
	if (str_same(supervisor->users, "slot"))
		supervisor->first_user = FIRST_USER + (uid_t)(hash_text(supervisor->config.state) % USER_BLOCKS) *
		    USERS_OF_STATE;
}

void
probing_run(struct supervisor *supervisor)
{
	const struct needs needs = needs_of(&supervisor->config);
	char *path = spawn_find(supervisor->folder, "orch-worker"), option[] = "--probe", place[] = "-G";
	char *trial = cgroups_trial(supervisor), *told;
	char *argv[] = { path, option, supervisor->config.state, trial != NULL ? place : NULL, trial, NULL };
	int status = 0;

	supervisor->sandboxed = needs.sandbox;
	/* Nothing is tried that will not be needed. */
	if (!needs.sandbox) {
		supervisor->workspace = str_dup("checkout: no sandbox");
		supervisor->users = str_dup("one");
		goto out;
	}
	told = spawn_output(argv, &status);
	if (told == NULL || status != 0) {
		fprintf(stderr, "orchd: agents cannot be run here: %s; see orchctl doctor, and sandbox in "
		    "orch.yaml(5)\n", told != NULL && told[0] != '\0' ? told : "the worker's test failed");
		exit(2);
	}
	take_probe(supervisor, told);
	if (needs.overlay != NULL && !supervisor->overlay) {
		fprintf(stderr, "orchd: projects.%s.workspace: overlay was asked for, but: %s\n", needs.overlay,
		    supervisor->workspace);
		exit(2);
	}
	if (!needs.overlays) {
		supervisor->overlay = false;
		str_set(&supervisor->workspace, "checkout: configured");
	}
out:
	free(trial);
	free(path);
}
