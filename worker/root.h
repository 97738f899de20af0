/*
 * The root of a sandbox, put together before bubblewrap starts, which then binds it as a
 * whole: each bind of its own lets it read all mounts of the machine again.
 */
#ifndef ORCH_ROOT_H
#define ORCH_ROOT_H

#include "worker/binds.h"
#include "worker/owner.h"

/*
 * Where it is put together: a folder that machines have and no sandbox shows. A mount over
 * it, in a namespace of our own, is all that is changed there.
 */
const char *root_folder(void);
/*
 * In the child that becomes the sandbox, with rights over its mounts: puts together at
 * root_folder() an empty folder for /proc, a small /dev, and then all of a list that ends
 * with NULL, in its order. What is made is the sandbox's user's, and never outside of what
 * is put together, for no link leads out of it. The root itself and /dev are read-only then.
 * -1 with errno and *what.
 */
int	root_assemble(const struct bind *const *parts, const struct owners *owners, const char **what);

#endif
