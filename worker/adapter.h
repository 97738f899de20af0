/*
 * What an agent's own output means: the rules of its entry in orch.yaml(5), applied line
 * by line. Finds its session, its last words, its errors, what it used, and whether by
 * its own account it ended well; decides which lines are worth keeping. Knows no agent:
 * all it does stands in the rules (protocol/messages.def, map adapter).
 */
#ifndef ORCH_ADAPTER_H
#define ORCH_ADAPTER_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "protocol/message.h"
#include "worker/usage.h"

struct adapter;

/* Bytes of its output to be stored. */
typedef void adapter_keep(void *context, const unsigned char *bytes, size_t len);

enum adapter_said {
	SAID_NOTHING,		/* there are no rules for it */
	SAID_WELL,		/* its last word was a good end */
	SAID_BADLY		/* it was not, or there was none */
};

/*
 * `rules` must outlive it; NULL: an agent of which nothing is known. `keep` gets what is to
 * be stored.
 */
struct adapter	*adapter_new(const struct record_adapter *rules, adapter_keep *keep, void *context);
void		 adapter_free(struct adapter *adapter);
/*
 * The agent is run, once more perhaps; `resumed`: it goes on with its session. `promise`
 * is borrowed: words that one of its final texts should have; NULL: none.
 */
void		 adapter_begin(struct adapter *adapter, bool resumed, const char *promise);
/* What it printed on its output, or on its standard error: never parsed, only kept. */
void		 adapter_output(struct adapter *adapter, const unsigned char *bytes, size_t len);
void		 adapter_errors(struct adapter *adapter, const unsigned char *bytes, size_t len);
/* It has ended: what it left of a line is one. */
void		 adapter_end(struct adapter *adapter);

/* Is its output read line by line, as JSON? */
bool		 adapter_reads(const struct adapter *adapter);
enum adapter_said	adapter_said(const struct adapter *adapter);
/* Its session, its last words of this run, its last error; NULL: none. Borrowed. */
const char	*adapter_session(const struct adapter *adapter);
const char	*adapter_final(const struct adapter *adapter);
const char	*adapter_error(const struct adapter *adapter);
/* Was the promise in a final text? Only for who reads its output. */
bool		 adapter_promised(const struct adapter *adapter);
const struct usage	*adapter_usage(const struct adapter *adapter);
/* Is this exit status one with which it ends well? */
bool		 adapter_exit_good(const struct adapter *adapter, unsigned status);
/*
 * What kind of failure `text` tells of (rate_limited, auth, network ...), by the entry's
 * patterns; NULL: none of them. Static. With rate_limited, *until is when it may be tried
 * again, or 0.
 */
const char	*adapter_classify(const struct adapter *adapter, const char *text, time_t now,
		    time_t *until);

#endif
