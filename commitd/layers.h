/*
 * When thin layers are folded into one. Pure. A new layer has level 0; four
 * layers of one level on top of the stack become one of the next level, so a
 * stack of n landings has O(log n) layers and each is rewritten O(log n) times.
 */
#ifndef ORCH_LAYERS_H
#define ORCH_LAYERS_H

#include <stddef.h>

#define LAYERS_FOLD	4u	/* layers that become one */
#define LAYERS_LEVEL_MAX 4u	/* layers of the last level fold into that level again */

/*
 * `levels` of the layers above the base, topmost first. Returns how many of
 * the topmost are replaced by one layer and its level in *level; 0: none.
 */
size_t	layers_fold(const unsigned *levels, size_t count, unsigned *level);

#endif
