/*
 * The loop of a fuzz target: see fuzz.h.
 *
 *    fuzz_x                 inputs made from a seed, for some seconds
 *    fuzz_x FILE...         these inputs, once each
 *
 * In the environment: SEED (else by the clock), SECONDS (5), COUNT (inputs; then
 * SECONDS does not matter), INPUT (the file that holds the input at hand).
 */
#include "fuzz.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"

#define INPUT_MAX	(64u << 10)
#define RUN_SECONDS	20u	/* longer than that is a hang */

static uint64_t random_state;

/* splitmix64, by Sebastiano Vigna, in the public domain. */
uint64_t
fuzz_random(void)
{
	uint64_t z = (random_state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

size_t
fuzz_below(size_t limit)
{
	return limit == 0 ? 0 : (size_t)(fuzz_random() % limit);
}

void
fuzz_fail(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

/* Puts bytes into the middle. */
static void
insert(struct buffer *input, size_t at, const void *bytes, size_t len)
{
	buffer_reserve(input, len);
	memmove(input->bytes + at + len, input->bytes + at, input->len - at);
	memcpy(input->bytes + at, bytes, len);
	input->len += len;
}

static void
cut(struct buffer *input, size_t at, size_t len)
{
	memmove(input->bytes + at, input->bytes + at + len, input->len - at - len);
	input->len -= len;
}

/* One change somewhere. */
static void
mutate(struct buffer *input, size_t words)
{
	static const unsigned char edges[] = { 0, 1, 0x1f, 0x20, 0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xd9,
	    0xdb, 0xdd, 0xdf, 0xfe, 0xff };
	size_t at = fuzz_below(input->len + 1), rest = input->len - at, len, to, k;
	unsigned char byte = (unsigned char)fuzz_random();
	struct buffer other;

	len = 1 + fuzz_below(fuzz_below(8) == 0 ? rest : rest < 16 ? rest : 16);
	switch (fuzz_below(9)) {
	case 0:
		if (rest > 0)
			input->bytes[at] ^= (unsigned char)(1u << fuzz_below(8));
		break;
	case 1:
		if (rest > 0)
			input->bytes[at] = edges[fuzz_below(COUNT(edges))];
		break;
	case 2: insert(input, at, &byte, 1); break;
	case 3: insert(input, at, &edges[fuzz_below(COUNT(edges))], 1); break;
	case 4:
		if (rest > 0)
			cut(input, at, len);
		break;
	case 5:
		if (words > 0) {
			const char *word = fuzz_words[fuzz_below(words)];

			insert(input, at, word, strlen(word));
		}
		break;
	case 6:
		/* A piece of it once more, or very often. */
		if (rest == 0)
			break;
		other = (struct buffer){ 0 };
		buffer_add(&other, input->bytes + at, len);
		to = fuzz_below(input->len + 1);
		for (k = fuzz_below(16) == 0 ? fuzz_below(200) : 1; k > 0; k--)
			insert(input, to, other.bytes, other.len);
		buffer_release(&other);
		break;
	case 7:
		/* From here on another one. */
		buffer_init(&other);
		fuzz_seed(&other);
		input->len = at;
		to = fuzz_below(other.len + 1);
		buffer_add(input, other.bytes + to, other.len - to);
		buffer_release(&other);
		break;
	case 8:
		/* A number of two, four or eight bytes. */
		for (k = (size_t)2 << fuzz_below(3); k > 0 && at < input->len; k--, at++)
			input->bytes[at] = fuzz_below(2) ? 0xff : byte;
		break;
	}
	if (input->len > INPUT_MAX)
		input->len = INPUT_MAX;
}

/* Runs one input that stands, with its length before it, where a crash leaves it. */
static void
run(unsigned char *shared, const unsigned char *bytes, size_t len)
{
	unsigned char *copy = NULL;

	if (shared != NULL) {
		memcpy(shared, &len, sizeof(len));
		memcpy(shared + sizeof(len), bytes, len);
	}
	/* A block of its own, so that reading one byte too far is seen. */
	if (len > 0) {
		copy = mem_zero(len, 1);
		memcpy(copy, bytes, len);
	}
	alarm(RUN_SECONDS);
	fuzz_run(copy != NULL ? copy : (const unsigned char *)"", len);
	alarm(0);
	free(copy);
}

static void
run_file(const char *path)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	struct buffer input;
	size_t len, whole;

	if (file == NULL)
		fatal("%s", path);
	buffer_init(&input);
	do {
		len = fread(buffer_reserve(&input, 4096), 1, 4096, file);
		input.len += len;
	} while (len > 0);
	if (file != stdin)
		fclose(file);
	/* The input a crash has left: its length stands in front. */
	if (input.len == sizeof(whole) + INPUT_MAX) {
		memcpy(&whole, input.bytes, sizeof(whole));
		buffer_drop(&input, sizeof(whole));
		input.len = whole < INPUT_MAX ? whole : INPUT_MAX;
	}
	run(NULL, input.bytes, input.len);
	buffer_release(&input);
}

static uint64_t
setting(const char *name, uint64_t preset)
{
	const char *text = getenv(name);

	return text != NULL && *text != '\0' ? strtoull(text, NULL, 10) : preset;
}

/* The file that the input at hand is kept in. */
static unsigned char *
share(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	void *shared;

	if (fd == -1 || ftruncate(fd, (off_t)(sizeof(size_t) + INPUT_MAX)) == -1)
		fatal("%s", path);
	shared = mmap(NULL, sizeof(size_t) + INPUT_MAX, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED)
		fatal("%s", path);
	close(fd);
	return shared;
}

int
main(int argc, char **argv)
{
	uint64_t seed = setting("SEED", (uint64_t)time(NULL)), count = setting("COUNT", 0), i;
	const char *path = getenv("INPUT"), *name = strrchr(argv[0], '/');
	time_t begin = time(NULL), end = begin + (time_t)setting("SECONDS", 5);
	unsigned char *shared;
	struct buffer input;
	size_t words = 0;
	int k;

	name = name != NULL ? name + 1 : argv[0];
	for (k = 1; k < argc; k++)
		run_file(argv[k]);
	if (argc > 1)
		return 0;
	while (fuzz_words[words] != NULL)
		words++;
	printf("%s: SEED=%" PRIu64 "\n", name, seed);
	fflush(stdout);
	shared = share(path != NULL ? path : "fuzz.input");
	buffer_init(&input);
	for (i = 0; count > 0 ? i < count : time(NULL) < end; i++) {
		/* Each input is by itself repeated by the seed and its number. */
		random_state = seed * 0x2545f4914f6cdd1du + i;
		input.len = 0;
		if (fuzz_below(64) != 0)
			fuzz_seed(&input);
		for (k = (int)fuzz_below(9); k > 0; k--)
			mutate(&input, words);
		run(shared, input.bytes, input.len);
	}
	buffer_release(&input);
	unlink(path != NULL ? path : "fuzz.input");
	printf("%s: %" PRIu64 " inputs in %ld s, nothing found\n", name, i, (long)(time(NULL) - begin));
	return 0;
}
