/* What the agent, or the verify command, is given: its arguments, input and environment. */
#ifndef ORCH_COMMAND_H
#define ORCH_COMMAND_H

#include "worker/worker.h"

#define PROMPT_FILE	"/run/orch/prompt"
#define FEEDBACK_FILE	"/run/orch/feedback"
#define SOCKET_FILE	"/run/orch/socket"
#define PROGRAMS_FOLDER	"/run/orch/bin"

/* Does the prompt reach the agent in this way: stdin, argument or file? */
bool	command_prompt_by(const struct worker *worker, const char *way);
/* May the next iteration go on with the agent's own session? */
bool	command_can_resume(const struct worker *worker);
/*
 * The agent's arguments. `resume`: those that go on with its session. {prompt_file}
 * {session} {model} {task} {home} {workspace} {slot} {port} stand for what they say.
 */
void	command_make(const struct worker *worker, struct texts *command, bool resume);
/*
 * Its input: the prompt, or with `resume` what the last iteration came to, in an unlinked
 * file; or /dev/null. -1 with errno.
 */
int	command_input(const struct worker *worker, bool verify, bool resume);
/* Binds and environment; the secrets among it are masked from then on. ERROR_NONE, or `why` gets a sentence. */
enum error	command_options(struct worker *worker, struct sandbox_run *run, bool verify,
		    struct buffer *why);

#endif
