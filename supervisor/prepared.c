/* Prepared layers: see prepared.h. */
#include "prepared.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"

#define FAILURES_MOST	16u	/* that are remembered */
#define FIRST_MS	1000u
#define TRIES_MS	60000u	/* between tries, at most */
#define LATER_MS	300000u	/* between tries of one that was given up */

static void
add_text(struct buffer *out, const char *text)
{
	buffer_format(out, "%zu:%s\n", strlen(text), text);
}

char *
prepared_key(const char *command, char *const *paths, char *const *locks, char *const *copies)
{
	size_t count = strs_count(paths), known = strs_count(locks), i;
	struct buffer out;
	char *key;

	buffer_init(&out);
	add_text(&out, command);
	for (i = 0; i < count; i++) {
		add_text(&out, paths[i]);
		add_text(&out, i < known ? locks[i] : "-");
	}
	for (i = 0; i < strs_count(copies); i++)
		buffer_format(&out, "copy %zu:%s\n", strlen(copies[i]), copies[i]);
	key = str_dup(buffer_text(&out));
	buffer_release(&out);
	return key;
}

bool
prepared_fits(const struct prepared_layer *layer, const struct prepared_wanted *wanted)
{
	return str_same(layer->key, wanted->key) && (layer->landed || str_same(layer->tree, wanted->tree));
}

/* A failure is one of the key's when the tree has landed, else of that tree alone. */
static struct prepared_failure *
find_failure(const struct prepared *prepared, const struct prepared_wanted *wanted)
{
	size_t i;

	for (i = 0; i < prepared->failure_count; i++)
		if (str_same(prepared->failures[i].key, wanted->key) &&
		    str_same(prepared->failures[i].tree, wanted->tree))
			return &prepared->failures[i];
	return NULL;
}

/* The newest that fits. */
static size_t
find_layer(const struct prepared *prepared, const struct prepared_wanted *wanted)
{
	size_t i;

	for (i = prepared->layer_count; i > 0; i--)
		if (prepared_fits(&prepared->layers[i - 1], wanted))
			return i - 1;
	return prepared->layer_count;
}

struct prepared_decision
prepared_decide(struct prepared *prepared, const struct prepared_wanted *wanted, uint64_t now)
{
	const struct prepared_failure *failure = find_failure(prepared, wanted);
	size_t layer = find_layer(prepared, wanted);
	struct prepared_decision decision = { .answer = PREPARED_MAKE };

	if (layer < prepared->layer_count) {
		prepared->layers[layer].used = ++prepared->clock;
		return (struct prepared_decision){ .answer = PREPARED_READY, .layer = layer };
	}
	if (failure != NULL)
		decision.reason = failure->reason;
	if (failure != NULL && failure->again > now) {
		decision.answer = PREPARED_WAIT;
		decision.again = failure->again;
	} else if (prepared->making_key != NULL) {
		decision.answer = PREPARED_WAIT;
	}
	if (failure != NULL && failure->tries >= PREPARED_TRIES && decision.answer == PREPARED_WAIT)
		decision.answer = PREPARED_GIVEN_UP;
	return decision;
}

bool
prepared_is_old(const struct prepared *prepared, size_t layer, uint64_t renew)
{
	return renew != 0 && prepared->making_key == NULL && prepared->layers[layer].moves >= renew;
}

size_t
prepared_surplus(const struct prepared *prepared, size_t keep)
{
	size_t oldest = prepared->layer_count, i;

	if (prepared->layer_count <= keep)
		return oldest;
	for (i = 0; i < prepared->layer_count; i++)
		if (!prepared->layers[i].in_use && (oldest == prepared->layer_count ||
		    prepared->layers[i].used < prepared->layers[oldest].used))
			oldest = i;
	return oldest;
}

void
prepared_add(struct prepared *prepared, const struct prepared_layer *layer)
{
	struct prepared_layer *copy;

	prepared->layers = mem_resize(prepared->layers, prepared->layer_count + 1, sizeof(*prepared->layers));
	copy = &prepared->layers[prepared->layer_count++];
	*copy = *layer;
	copy->name = str_dup(layer->name);
	copy->key = str_dup(layer->key);
	copy->tree = str_dup(layer->tree);
	copy->used = ++prepared->clock;
}

static void
layer_release(struct prepared_layer *layer)
{
	free(layer->name);
	free(layer->key);
	free(layer->tree);
}

void
prepared_drop(struct prepared *prepared, size_t layer)
{
	layer_release(&prepared->layers[layer]);
	memmove(prepared->layers + layer, prepared->layers + layer + 1,
	    (--prepared->layer_count - layer) * sizeof(*prepared->layers));
}

bool
prepared_landed(struct prepared *prepared, const char *tree, bool moved)
{
	bool any = false;
	size_t i;

	for (i = 0; i < prepared->layer_count; i++) {
		struct prepared_layer *layer = &prepared->layers[i];

		if (!layer->landed && str_same(layer->tree, tree))
			layer->landed = any = true;
		else if (moved)
			layer->moves++;
	}
	return any;
}

void
prepared_begin(struct prepared *prepared, const struct prepared_wanted *wanted)
{
	str_set(&prepared->making_key, wanted->key);
	str_set(&prepared->making_tree, wanted->tree);
	prepared->making_landed = wanted->landed;
}

static void
failure_release(struct prepared_failure *failure)
{
	free(failure->key);
	free(failure->tree);
	free(failure->reason);
}

static void
forget_failure(struct prepared *prepared, size_t index)
{
	failure_release(&prepared->failures[index]);
	memmove(prepared->failures + index, prepared->failures + index + 1,
	    (--prepared->failure_count - index) * sizeof(*prepared->failures));
}

/* The entry of what was being made, a new one at the end if need be. */
static struct prepared_failure *
entry(struct prepared *prepared)
{
	const struct prepared_wanted wanted = { prepared->making_key, prepared->making_tree, false };
	struct prepared_failure *failure = find_failure(prepared, &wanted);

	if (failure != NULL)
		return failure;
	if (prepared->failure_count == FAILURES_MOST)
		forget_failure(prepared, 0);
	prepared->failures = mem_resize(prepared->failures, prepared->failure_count + 1, sizeof(*failure));
	failure = &prepared->failures[prepared->failure_count++];
	*failure = (struct prepared_failure){ .key = str_dup(prepared->making_key),
	    .tree = str_dup(prepared->making_tree) };
	return failure;
}

static uint64_t
pause_ms(unsigned tries)
{
	uint64_t pause = FIRST_MS;

	if (tries >= PREPARED_TRIES)
		return LATER_MS;
	while (--tries > 0 && pause < TRIES_MS)
		pause *= 2;
	return pause;
}

void
prepared_end(struct prepared *prepared, const char *reason, bool counts, uint64_t now)
{
	struct prepared_failure *failure;
	struct prepared_wanted made = { prepared->making_key, prepared->making_tree, false };

	if (reason != NULL && counts) {
		failure = entry(prepared);
		str_set(&failure->reason, reason);
		failure->again = now + pause_ms(++failure->tries);
	} else if (reason == NULL && (failure = find_failure(prepared, &made)) != NULL) {
		forget_failure(prepared, (size_t)(failure - prepared->failures));
	}
	str_set(&prepared->making_key, NULL);
	str_set(&prepared->making_tree, NULL);
}

bool
prepared_expected(const struct prepared *prepared)
{
	return prepared->making_key != NULL;
}

void
prepared_release(struct prepared *prepared)
{
	while (prepared->layer_count > 0)
		prepared_drop(prepared, prepared->layer_count - 1);
	while (prepared->failure_count > 0)
		forget_failure(prepared, prepared->failure_count - 1);
	free(prepared->layers);
	free(prepared->failures);
	free(prepared->making_key);
	free(prepared->making_tree);
	*prepared = (struct prepared){ 0 };
}
