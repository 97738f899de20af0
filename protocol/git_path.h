/*
 * (pure) Which paths mean the same to every Git, on every file system, and which links
 * there can be. Git's own checks know more of other paths; what is not plain here is
 * left to them.
 */
#ifndef ORCH_GIT_PATH_H
#define ORCH_GIT_PATH_H

#include <stdbool.h>
#include <stddef.h>

#define GIT_PATH_MOST	4095u	/* bytes */
#define GIT_LINK_MOST	4095u	/* bytes that a link may lead to, in Linux */

/*
 * Relative, of components that are neither empty nor "." nor "..", nor anything that
 * some file system takes for .git, .gitmodules or .gitattributes: in other letters,
 * as a short name of NTFS ("git~1"), before blanks, dots, colons or a backslash,
 * with characters that HFS+ does not see. Refuses some that are harmless.
 */
bool	git_path_plain(const char *path, size_t len);
/*
 * What is wrong with a link that leads there: words, or NULL when there can be such a
 * link. Git takes any bytes. Not read when there are too many.
 */
const char *git_link_wrong(const void *target, size_t len);

#endif
