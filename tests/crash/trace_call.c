/*
 * Runs a program, and lets its Nth changing call after a word in its log go wrong:
 *    trace_call [-f WORD] [-n N] [-e EIO|ENOSPC] [-o FILE] PROGRAM ARGUMENT...
 * Without -n nothing goes wrong, and FILE gets a line for each of these calls;
 * else one for the call that went wrong, if it came. Without -e it is killed.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/crash/tracer.h"

static int
usage(void)
{
	fputs("usage: trace_call [-f WORD] [-n N] [-e EIO|ENOSPC] [-o FILE] PROGRAM ARGUMENT...\n",
	    stderr);
	return 2;
}

/* False: the file could not be written. */
static bool
report(const struct trace *trace, const char *path)
{
	FILE *file = fopen(path, "we");
	size_t i;

	if (file == NULL)
		return false;
	if (trace->hit)
		fprintf(file, "%s\n", trace->hit_call);
	for (i = 0; i < trace->count; i++)
		fprintf(file, "%u %s\n", trace->seen[i].place.number, trace->seen[i].call);
	return fclose(file) == 0;
}

int
main(int argc, char **argv)
{
	struct trace *trace = trace_new();
	const char *path = NULL, *slash;
	int option, status = 0;
	pid_t pid;

	if (trace == NULL)
		return 126;
	while ((option = getopt(argc, argv, "+f:n:e:o:")) != -1)
		if (option == 'f')
			trace->from = optarg;
		else if (option == 'n')
			trace->wanted.number = (unsigned)atoi(optarg);
		else if (option == 'e')
			trace->error = strcmp(optarg, "ENOSPC") == 0 ? ENOSPC : EIO;
		else if (option == 'o')
			path = optarg;
		else
			return usage();
	if (optind == argc)
		return usage();
	if (trace->error != 0 && !trace_can_fail()) {
		fputs("trace_call: -e is not for this kind of machine\n", stderr);
		return 2;
	}
	slash = strrchr(argv[optind], '/');
	snprintf(trace->wanted.program, sizeof(trace->wanted.program), "%s",
	    slash == NULL ? argv[optind] : slash + 1);
	trace->wanted.instance = 1;
	trace->counting = trace->from == NULL;
	signal(SIGPIPE, SIG_IGN);
	pid = fork();
	if (pid == 0)
		trace_execute(trace, argv[optind], argv + optind);
	while (pid != -1 && waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	if (path != NULL && !report(trace, path)) {
		perror(path);
		return 126;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
