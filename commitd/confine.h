/*
 * Another user for commitd when root starts it: it writes one project's folder
 * and can read nothing else of the state, whatever is above it.
 */
#ifndef ORCH_CONFINE_H
#define ORCH_CONFINE_H

/*
 * `user` is the name of an account, or a number that needs none; "0": nothing
 * but the files' owner changes. Gives it STATE/projects/PROJECT, with what an
 * earlier start left there, hides the rest of `state` and gives up all rights
 * for good. Ends the process, in words, when it cannot.
 */
void	confine(const char *state, const char *project, const char *user);

#endif
