/* When layers are folded: see layers.h. */
#include "commitd/layers.h"

size_t
layers_fold(const unsigned *levels, size_t count, unsigned *level)
{
	size_t fold = 0, same;

	*level = 0;
	/* What is folded so far counts as one layer of *level on top of the rest. */
	for (;;) {
		same = fold > 0 ? 1 : 0;
		while (fold + same - (fold > 0) < count &&
		    levels[fold + same - (fold > 0)] == *level && same < LAYERS_FOLD)
			same++;
		if (same < LAYERS_FOLD)
			return fold;
		fold += same - (fold > 0);
		if (*level < LAYERS_LEVEL_MAX)
			(*level)++;
	}
}
