/*
 * What each task has cost people: since when it waits for one, how often one stepped in and
 * how often one had to be asked. In the row `ledger` of the task, in the transaction of what
 * it counts, and in the task itself. Each intervention has a row of its own besides.
 *
 * An intervention is an approval, a rejection, an answer, a retry or a cancel. An escalation
 * is each time that work stopped for a person: an approval or an answer that was waited for,
 * and a task that was blocked otherwise than by a person's no.
 */
#ifndef ORCH_LEDGER_H
#define ORCH_LEDGER_H

#include "supervisor/supervisor.h"

/* After the tasks were loaded. */
void	ledger_load(struct supervisor *supervisor);
/* A task was added, at that time; inside its transaction, as are the others. */
void	ledger_added(struct supervisor *supervisor, struct task *task, double added);
/* It has come from `before` to the state that it has now. */
void	ledger_moved(struct supervisor *supervisor, struct task *task, enum task_state before,
	    enum task_event event);
/* A person has stepped in: the row says what was asked ("task": nothing), what they said, who, why. */
void	ledger_intervened(struct supervisor *supervisor, struct task *task,
	    const struct intervention *said);
/* Its agent asks a person while it runs. */
void	ledger_asked(struct supervisor *supervisor, struct task *task);

#endif
