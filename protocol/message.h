/*
 * Messages as structs, generated from messages.def: enum message_id, struct
 * msg_NAME for its fields, struct reply_NAME for the result of a request, and
 * one table that says who may send what to whom, and when.
 */
#ifndef ORCH_MESSAGE_H
#define ORCH_MESSAGE_H

#include "protocol/field.h"
#include "protocol/git_path.h"
#include "tasks/task_spec.h"

#define PROTOCOL_VERSION	1u
#define SECONDS_MAX		(366u * 86400u)
#define BYTES_MAX		(1ull << 40)
#define FEEDBACK_MAX		(256u << 10)	/* bytes of output given back to an agent */
#define OUTPUT_CHUNK_MAX	(64u << 10)
#define HOME_FILE_MAX		(1u << 20)	/* one file that a HOME has at first */
#define PACK_CHUNK_MAX		(256u << 10)
#define PACK_WINDOW		(4u << 20)	/* of a pack, sent and not known to have come */
#define PATHS_MAX		100000u
#define NOTE_PART_MAX		(32u << 10)	/* bytes of what an agent writes for its note, each part */
#define NOTE_MAX		(8u << 20)	/* bytes of a session note */
#define CHANGED_MAX		200u		/* paths of a result that are told with their lines */
#define AGENT_TEXT_MAX		(8u << 10)	/* what an agent says by its socket, or is told */
/* What of a result travels as plain files; a larger one is a pack. */
#define RESULT_VERSION		1u
#define RESULT_FILES_MAX	100u
#define RESULT_BYTES_MAX	(2u << 20)	/* of all contents and the message */
#define RESULT_FILE_MAX		(4u << 20)	/* of the whole of it, names and all */
#define RESULT_WHO_MAX		4096u		/* a line of a commit's header */

/* Roles are bits, so that a row can name several. */
enum role {
	ROLE_CLIENT = 1, ROLE_SUPERVISOR = 2, ROLE_WORKER = 4, ROLE_COMMITD = 8,
	ROLE_AGENT = 16,	/* a program inside of a sandbox */
	ROLE_ANY = 31
};
enum when { WHEN_FIRST, WHEN_OPEN };

#define TYPE_u64	uint64_t
#define TYPE_flag	bool
#define TYPE_real	double
#define TYPE_text	const char *
#define TYPE_data	struct data
#define TYPE_texts	char **
#define TYPE_oid	const char *
#define TYPE_name	const char *
#define TYPE_fd		int

#define FIELD(kind, name, limit)	TYPE_##kind name;
#define OPTION(kind, name, limit)	TYPE_##kind name;
#define RECORDS(record, name, limit)	struct records name;
#define RECORD(name, ...)		struct record_##name { __VA_ARGS__ };
#define MESSAGE(name, method, from, to, when, ...)	struct msg_##name { __VA_ARGS__ };
#define REPLY(name, ...)		struct reply_##name { __VA_ARGS__ };
#include "protocol/messages.def"
#undef RECORD
#undef MESSAGE
#undef REPLY

#define RECORD(name, ...)
#define REPLY(name, ...)
#define MESSAGE(name, method, from, to, when, ...)	MSG_##name,
enum message_id {
#include "protocol/messages.def"
	MSG_LIMIT
};
#undef MESSAGE
#undef RECORD
#undef REPLY

#define RECORD(name, ...)
#define REPLY(name, ...)
#define MESSAGE(name, method, from, to, when, ...)	struct msg_##name name;
/* Any message; `id` says which. */
struct message {
	enum message_id id;
	union {
#include "protocol/messages.def"
	};
};
#undef MESSAGE
#undef RECORD
#undef REPLY
#undef FIELD
#undef OPTION
#undef RECORDS

struct message_row {
	const char *method;
	unsigned from, to;		/* bits of enum role */
	enum when when;
	const struct record *(*record)(void);	/* the fields */
};

extern const struct message_row message_rows[MSG_LIMIT];
/* The fields of a request's result; NULL for a notification. */
typedef const struct record *(*message_reply)(void);
extern const message_reply message_replies[MSG_LIMIT];
/* The fields of a task, for the supervisor's store. */
const struct record	*record_task(void);
/* Those of a result that travels as a file. */
const struct record	*record_result_files(void);

const char	*role_name(enum role role);
/* MSG_LIMIT when there is no such method. */
enum message_id	 message_find(const char *method);
/* Prints all rows as mdoc, for orch-protocol(7). */
void		 message_print_manual(void);

#endif
