/*
 * The .gitattributes of the tip, as files at their places in a folder that holds nothing
 * else: the work tree that the merge helper has, since in a bare repository Git reads
 * none of them.
 */
#ifndef ORCH_ATTRIBUTES_H
#define ORCH_ATTRIBUTES_H

#include "commitd/commitd.h"

/*
 * Brings the folder from the tree it was made from to the tip's; ends the helper, which
 * reads each file once, when one of them changed. When that fails, all is made anew; when
 * that fails too, the log tells of it, and the next tip is another try.
 */
void	attributes_follow(struct commitd *commitd);

#endif
