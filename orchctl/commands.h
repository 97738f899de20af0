/* Every command of orchctl: arguments in, exit status out. One file each. */
#ifndef ORCH_COMMANDS_H
#define ORCH_COMMANDS_H

#include "orchctl/context.h"

/* What ended less than so long ago prune leaves alone, unless it is told. */
#define KEPT_SECONDS	(30u * 86400u)

int	command_run(struct context *context, int argc, char **argv);
int	command_plan(struct context *context, int argc, char **argv);
int	command_add(struct context *context, int argc, char **argv);
int	command_list(struct context *context, int argc, char **argv);
int	command_show(struct context *context, int argc, char **argv);
int	command_logs(struct context *context, int argc, char **argv);
int	command_status(struct context *context, int argc, char **argv);
int	command_wait(struct context *context, int argc, char **argv);
int	command_prune(struct context *context, int argc, char **argv);
int	command_cancel(struct context *context, int argc, char **argv);
int	command_approve(struct context *context, int argc, char **argv);
int	command_reject(struct context *context, int argc, char **argv);
int	command_retry(struct context *context, int argc, char **argv);
int	command_notes(struct context *context, int argc, char **argv);
int	command_events(struct context *context, int argc, char **argv);
int	command_import(struct context *context, int argc, char **argv);
int	command_inbox(struct context *context, int argc, char **argv);
int	command_stats(struct context *context, int argc, char **argv);
int	command_locks(struct context *context, int argc, char **argv);
int	command_tickets(struct context *context, int argc, char **argv);
int	command_export(struct context *context, int argc, char **argv);
int	command_slots(struct context *context, int argc, char **argv);
int	command_pause(struct context *context, int argc, char **argv);
int	command_drain(struct context *context, int argc, char **argv);
int	command_halt(struct context *context, int argc, char **argv);
int	command_resume(struct context *context, int argc, char **argv);
int	command_debug(struct context *context, int argc, char **argv);
int	command_stop(struct context *context, int argc, char **argv);
int	command_answer(struct context *context, int argc, char **argv);
int	command_progress(struct context *context, int argc, char **argv);
int	command_discover(struct context *context, int argc, char **argv);
int	command_scope(struct context *context, int argc, char **argv);
int	command_ask(struct context *context, int argc, char **argv);
int	command_blocked(struct context *context, int argc, char **argv);
int	command_mcp(struct context *context, int argc, char **argv);
int	command_doctor(struct context *context, int argc, char **argv);

#endif
