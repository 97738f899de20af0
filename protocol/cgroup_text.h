/*
 * What the files of cgroup v2 and of proc(5) say about cgroups, and what is written into
 * them. Pure. Source: cgroup-v2.rst of the kernel.
 */
#ifndef ORCH_CGROUP_TEXT_H
#define ORCH_CGROUP_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The number behind a key, as in memory.events or cpu.stat; false: there is no such line. */
bool	 cgroup_text_value(const char *text, const char *key, uint64_t *value);
/* Is the word one of those with blanks between, as in cgroup.controllers? */
bool	 cgroup_text_has(const char *words, const char *word);
/* The path of /proc/self/cgroup in cgroup v2; NULL: in none. The caller frees. */
char	*cgroup_text_own(const char *text);
/*
 * The folder of a path of /proc/self/cgroup, by /proc/self/mountinfo; NULL: cgroup v2 is not
 * mounted, or the path lies outside of what is. The caller frees.
 */
char	*cgroup_text_folder(const char *mountinfo, const char *own);
/* cpu.max for so many processors; 0: any. The caller frees. */
char	*cgroup_text_cpu(double cores);

#endif
