/*
 * Prepared layers: what `setup` made, by what it depends on (pure). Decides which layer a
 * workspace gets, when setup has to run, when again, and which layers may go; never runs
 * or removes anything.
 */
#ifndef ORCH_PREPARED_H
#define ORCH_PREPARED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PREPARED_KEEP	2u	/* layers that are kept */
#define PREPARED_TRIES	3u	/* runs of a setup that fails, then it is given up */

/* One layer that is there. */
struct prepared_layer {
	char *name;			/* of its folder */
	char *key;			/* see prepared_key */
	char *tree;			/* of Git, that setup ran on */
	bool landed;			/* that tree was the branch's: anybody may have it */
	bool in_use;			/* by a workspace; set by the caller before prepared_surplus */
	uint64_t moves;			/* of the branch, since it was made or found */
	uint64_t used;			/* counts up: when it was wanted last */
	uint64_t bytes, entries;	/* on the disk */
	double made;			/* wall clock */
};

/* A setup that failed, for this key on this tree. */
struct prepared_failure {
	char *key, *tree, *reason;
	unsigned tries;
	uint64_t again;			/* clock_monotonic: not before */
};

struct prepared {
	struct prepared_layer *layers;
	size_t layer_count;
	struct prepared_failure *failures;
	size_t failure_count;
	uint64_t clock;			/* of `used` */
	/* The run under way; key NULL: none. */
	char *making_key, *making_tree;
	bool making_landed;
};

/* What a workspace needs: the key of its tree. */
struct prepared_wanted {
	const char *key, *tree;
	bool landed;			/* it is the branch's own */
};

enum prepared_answer {
	PREPARED_READY,			/* there is a layer */
	PREPARED_MAKE,			/* setup has to run, and may now */
	PREPARED_WAIT,			/* it runs, or waits for its turn or its back-off */
	PREPARED_GIVEN_UP		/* it failed too often */
};

struct prepared_decision {
	enum prepared_answer answer;
	size_t layer;			/* READY: which */
	uint64_t again;			/* WAIT: when to ask again; 0: when something has happened */
	const char *reason;		/* of the failure, in words; NULL: none */
};

/*
 * What setup's result depends on, as a text: the command, what each of the files is, and which
 * files are copied to where it runs. `locks` has an entry for each of `paths`. The caller frees.
 */
char	*prepared_key(const char *command, char *const *paths, char *const *locks,
	    char *const *copies);
/* What to do for this; counts as a use of the layer that it finds. */
struct prepared_decision	prepared_decide(struct prepared *prepared,
		    const struct prepared_wanted *wanted, uint64_t now);
/* Should setup run again, in the background, though there is this layer? */
bool	prepared_is_old(const struct prepared *prepared, size_t layer, uint64_t renew);
/* Does the layer fit? A tree that has not landed shares what it made with nobody. */
bool	prepared_fits(const struct prepared_layer *layer, const struct prepared_wanted *wanted);
/*
 * A layer that may go: more than `keep` are there, and this one is in nobody's use and was
 * wanted longest ago; layer_count: none.
 */
size_t	prepared_surplus(const struct prepared *prepared, size_t keep);

/* A layer is there; its texts are copied. */
void	prepared_add(struct prepared *prepared, const struct prepared_layer *layer);
void	prepared_drop(struct prepared *prepared, size_t layer);
/* The branch is at this tree now, and has moved if `moved`. True: a layer of before has landed. */
bool	prepared_landed(struct prepared *prepared, const char *tree, bool moved);
/* Setup runs, for this. */
void	prepared_begin(struct prepared *prepared, const struct prepared_wanted *wanted);
/* It does no more; with a reason it failed. `counts`: by its own fault. */
void	prepared_end(struct prepared *prepared, const char *reason, bool counts, uint64_t now);
/* Is anything waited for that comes by itself: setup runs, or will? */
bool	prepared_expected(const struct prepared *prepared);
void	prepared_release(struct prepared *prepared);

#endif
