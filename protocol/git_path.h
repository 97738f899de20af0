/*
 * (pure) Which paths mean the same to every Git, on every file system. Git's own
 * checks know more of the others; what is not plain here is left to them.
 */
#ifndef ORCH_GIT_PATH_H
#define ORCH_GIT_PATH_H

#include <stdbool.h>
#include <stddef.h>

#define GIT_PATH_MOST	4095u	/* bytes */

/*
 * Relative, of components that are neither empty nor "." nor "..", nor anything that
 * some file system takes for .git, .gitmodules or .gitattributes: in other letters,
 * as a short name of NTFS ("git~1"), before blanks, dots, colons or a backslash,
 * with characters that HFS+ does not see. Refuses some that are harmless.
 */
bool	git_path_plain(const char *path, size_t len);

#endif
