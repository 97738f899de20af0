/* Messages to the supervisor: see tell.h. */
#include "commitd/tell.h"

#include <stdlib.h>
#include <string.h>

#include "commitd/candidate.h"
#include "commitd/combined.h"
#include "commitd/locks.h"
#include "protocol/mem.h"

void
tell_landed(struct commitd *commitd, const struct ticket *ticket)
{
	const struct result *result = ticket->data;
	struct msg_ticket_landed message = { .ticket = ticket->number, .task = result->task,
	    .commit = result->landed, .tip = commitd->tip, .verdict = result->verdict };

	link_send(&commitd->link, MSG_ticket_landed, 0, &message);
}

void
tell_voided(struct commitd *commitd, const struct ticket *ticket)
{
	struct msg_ticket_voided message = { .ticket = ticket->number };

	link_send(&commitd->link, MSG_ticket_voided, 0, &message);
}

void
tell_gate(struct commitd *commitd, const struct ticket *ticket)
{
	const struct result *result = ticket->data;
	char **locks = locks_of(commitd, candidate_tree(result));
	struct msg_gate_wanted message = { .ticket = ticket->number, .task = result->task,
	    .tip = result->parent, .tree = candidate_tree(result), .locks = locks,
	    .trees = result->stack.names };

	link_send(&commitd->link, MSG_gate_wanted, 0, &message);
	strs_free(locks);
}

void
tell_gate_unwanted(struct commitd *commitd, const struct ticket *ticket)
{
	struct msg_gate_unwanted message = { .ticket = ticket->number };

	link_send(&commitd->link, MSG_gate_unwanted, 0, &message);
}

void
tell_stuck(struct commitd *commitd, const struct ticket *ticket)
{
	const struct result *result = ticket->data;
	struct msg_ticket_red red = { .ticket = ticket->number, .task = result->task,
	    .tree = result->red_tree, .tip = result->stood, .verdict = result->red };
	char **with;
	struct msg_ticket_conflict conflict = { .ticket = ticket->number, .task = result->task,
	    .commit = result->commit, .tip = result->stood, .paths = result->conflict.paths,
	    .reason = result->conflict.reason, .empty = result->conflict.empty,
	    .with = result->conflict.with,
	    .marked = result->conflict.commit[0] != '\0' ? result->conflict.commit : NULL };

	if (result->red[0] != '\0') {
		red.with = with = combined_with(commitd, result->base, result->stood);
		link_send(&commitd->link, MSG_ticket_red, 0, &red);
		strs_free(with);
		return;
	}
	if (conflict.reason != NULL && strlen(conflict.reason) > FEEDBACK_MAX)
		result->conflict.reason[FEEDBACK_MAX] = '\0';
	link_send(&commitd->link, MSG_ticket_conflict, 0, &conflict);
}

void
tell_tip(struct commitd *commitd)
{
	char **locks = locks_of(commitd, commitd->tip_tree);
	struct msg_project_tip message = { .project = commitd->name, .tip = commitd->tip,
	    .tree = commitd->tip_tree, .locks = locks, .trees = commitd->stack.names };

	link_send(&commitd->link, MSG_project_tip, 0, &message);
	strs_free(locks);
}

void
tell_looked(struct commitd *commitd)
{
	link_send(&commitd->link, MSG_project_looked, 0,
	    &(struct msg_project_looked){ .project = commitd->name });
}

void
tell_answers(struct commitd *commitd)
{
	link_send(&commitd->link, MSG_project_answers, 0,
	    &(struct msg_project_answers){ .project = commitd->name });
}

void
tell_stalled(struct commitd *commitd, const char *reason, uint64_t seconds, unsigned refusals)
{
	struct msg_project_stalled message = { .project = commitd->name, .seconds = seconds,
	    .failures = refusals, .refused = refusals > 0 };
	char *shown = mem_copy(reason, strnlen(reason, TASK_TEXT_MAX));

	message.reason = shown;
	link_send(&commitd->link, MSG_project_stalled, 0, &message);
	free(shown);
}
