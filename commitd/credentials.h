/*
 * What gets Git at an upstream that is elsewhere: a home, with what lies there for it,
 * and of the user's and the system's configuration how credentials are found and which
 * way the network goes. It is read once and handed over in the environment of the calls
 * that go there, where nobody else sees it.
 */
#ifndef ORCH_CREDENTIALS_H
#define ORCH_CREDENTIALS_H

#include "commitd/commitd.h"

/*
 * Sets commitd->network, for commitd->upstream. `helper`: as credential.helper of Git
 * has it, in the place of all that the configuration names; NULL: those. `login`: what
 * stood in the URL, USER[:PASSWORD], or NULL; with a password no helper is asked.
 */
void	credentials_read(struct commitd *commitd, const char *helper, const char *login);

#endif
