/*
 * orch.yaml and `orchd -o`, read once by the supervisor, which alone knows them;
 * children are told what they need. Every option stands in options.def.
 */
#ifndef ORCH_CONFIG_H
#define ORCH_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/problem.h"
#include "supervisor/admission.h"
#include "supervisor/agents.h"
#include "supervisor/retry.h"

#define PROJECTS_MOST	64u

enum order { ORDER_COMPLETION, ORDER_PLAN };
enum method { METHOD_SQUASH, METHOD_REBASE, METHOD_MERGE };
enum hand_over { HAND_OVER_AUTO, HAND_OVER_PACK };
enum on_blocked { ON_BLOCKED_SKIP, ON_BLOCKED_HOLD };
enum sign_format { SIGN_SSH, SIGN_OPENPGP };
enum autonomy { AUTONOMY_L0, AUTONOMY_L1, AUTONOMY_L2, AUTONOMY_L3 };
enum network { NETWORK_ON, NETWORK_OFF };
enum sandbox { SANDBOX_BUBBLEWRAP, SANDBOX_NONE };
enum setup_network { SETUP_NETWORK_PROJECT, SETUP_NETWORK_ON, SETUP_NETWORK_OFF };
enum workspace_choice { WORKSPACE_AUTO, WORKSPACE_OVERLAY, WORKSPACE_CHECKOUT };

/* One of `projects`. */
struct config_project {
	char *name;		/* NULL: a run has given it none yet */
	char *upstream, *branch, *verify, *agent;
	char *login;		/* user and password that its URL had; NULL: none */
	char *author, *committer, *message, *sign_key, *credential_helper;
	uint64_t sign_format;
	char **protect;				/* patterns, or NULL */
	uint64_t ignore_case;			/* of these, and of what tasks may write */
	char *setup;				/* NULL: none */
	char **setup_key, **copy;		/* paths, or NULL */
	uint64_t setup_network, setup_timeout, setup_renew;
	uint64_t autonomy;
	uint64_t discovered_most;		/* tasks that come from one */
	uint64_t approval_timeout;		/* seconds; 0: none */
	uint64_t order, method, on_blocked, workspace, hand_over, waves, verify_slots;
	uint64_t timeout, verify_timeout;	/* seconds */
	uint64_t idle;				/* seconds; 0: any silence */
	uint64_t steps, tokens;			/* 0: any number */
	double cost;				/* dollars; 0: any */
	double cores;				/* processors; 0: any number */
	uint64_t processes, open_files, memory, cpu, disk, entries, print;	/* 0: any */
	uint64_t network, sandbox;
	char **network_allow;			/* destinations; NULL: as network says */
	uint64_t output_limit;			/* bytes */
	uint64_t pack_limit, object_limit, files_limit, path_limit;	/* of a result */
	uint64_t loose_limit, packs_limit;	/* of the repository */
	struct retry_rules retries;
	uint64_t retries_later, retries_rework, retries_flaky;
	uint64_t max_iterations;
	char *hook_task_start, *hook_iteration_end, *hook_pre_land, *hook_task_end, *hook_session_end,
	    *hook_escalation, *hook_idle;	/* NULL: none */
	uint64_t hook_timeout;
	char **hook_secrets;			/* NAME=WHERE, or NULL */
	char *notes_directory, *notes_template;
	char *notes_text;			/* what stands in the template; NULL: ours */
	struct budget budget;
	uint64_t weight;			/* of its share of the slots */
	uint64_t slots;				/* attempts at once; 0: as many as there are slots */
};

struct config {
	/* The file's first level. */
	uint64_t slots;
	char *state, *runtime, *control_group, *control_mode, *commitd_user, *cgroup;
	uint64_t keep, orphans;
	uint64_t history_events, history_attempts;	/* seconds; 0: for ever */
	uint64_t ports_first, ports_each;
	struct budget budget;			/* of all projects together */
	struct admission_rules admission;
	struct config_project *projects;	/* as they stand in the file */
	size_t project_count;
	struct agents agents;
};

/* Where a value stands, for messages; line 0: on the command line. */
struct config_place {
	const char *file;
	const char *prefix;	/* "projects.x." */
	unsigned line, column;
};

/* All defaults of options.def; no project. */
void	config_init(struct config *config);
void	config_release(struct config *config);
/* One more project, with all defaults; the pointers to others end here. NULL: no name yet. */
struct config_project	*config_project_add(struct config *config, const char *name);
/* All defaults of a project's; and undone. */
void	config_project_init(struct config_project *project, const char *name);
void	config_project_release(struct config_project *project);
/* NULL: there is none of this name. */
struct config_project	*config_project_find(const struct config *config, const char *name);
/* Is there such an option, of the project or of the first level? */
bool	config_has(const char *key, bool project);
/* Are there options KEY.something? */
bool	config_is_level(const char *key);
/* Does it take a list? config_put adds one entry to it. */
bool	config_is_list(const char *key);
/* Would a list with no entry be taken for no list? */
bool	config_needs_entry(const char *key);
/*
 * Sets an option that is there, of this project, NULL: of the first level; adds to
 * `problems` what is wrong with the value.
 */
void	config_put(struct config *config, struct config_project *project, const char *key,
	    const char *value, const struct config_place *place, struct problems *problems);
/*
 * Sets one option from "key=value" (orchd -o), which is the only project's when it is a
 * project's; with several it is "name.key=value".
 */
void	config_set(struct config *config, const char *assignment, struct problems *problems);
#define CONFIG_WORD	32	/* bytes of a choice's word */
/* The word of a choice ("plan"), put into `word`, which is returned. */
const char	*config_word(const char *key, uint64_t value, char word[CONFIG_WORD]);
/* Prints every option with its default, as orch.yaml(5) has it. */
void	config_print_options(void);

#endif
