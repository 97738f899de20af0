/* Commit objects as we write them, signed when the project wants that. */
#ifndef ORCH_DRAFT_H
#define ORCH_DRAFT_H

#include <stdbool.h>

#include "commitd/git.h"
#include "commitd/repository.h"

/* Who signs, and how; key NULL: nobody. */
struct signing {
	bool openpgp;		/* by gpg(1); else by ssh-keygen(1) */
	char *key;		/* file of an SSH key, or what gpg finds a key by */
	char *failed;		/* why it did not sign the last commit, in words; NULL: it did */
	unsigned failures;	/* in a row */
	int64_t again;		/* clock_monotonic in ms: not before */
};

struct draft {
	const char *tree;
	const char *const *parents;	/* ends with NULL */
	const char *author, *committer;	/* NAME <EMAIL> SECONDS ZONE */
	const char *encoding;	/* of the message; NULL: UTF-8 */
	const char *message;
	size_t message_len;
};

/* Does it sign? ERROR_INVALID with words. */
enum error	draft_try_signing(const struct git *git, const struct signing *signing,
		    struct buffer *why);
/*
 * Writes it; not durable. `signing` NULL: never signed. When the program that signs
 * fails, signing->failed says why.
 */
enum error	draft_write(struct repository *repository, const struct git *git,
		    struct signing *signing, const struct draft *draft, char oid[OID_TEXT]);
#endif
