/* The tables that messages.def expands to: see message.h. */
#include "message.h"

#include <stdio.h>

#include "mem.h"

/*
 * A table of fields needs the name of its struct for offsetof; so each one
 * stands in a function of its own, with that name as a local typedef.
 */
#define FIELD(kind, member, most) \
	{ #member, FIELD_##kind, offsetof(THIS, member), most, false, NULL },
#define OPTION(kind, member, most) \
	{ #member, FIELD_##kind, offsetof(THIS, member), most, true, NULL },
#define RECORDS(inner, member, most) \
	{ #member, FIELD_records, offsetof(THIS, member), most, true, record_##inner },
#define DESCRIBE(function, type, ...)						\
	{									\
		typedef struct type THIS;					\
		static const struct field table[] = { __VA_ARGS__ };		\
		static const struct record row = { table, COUNT(table), sizeof(THIS) }; \
		return &row;							\
	}

#define RECORD(name, ...) \
	const struct record *record_##name(void); \
	const struct record *record_##name(void) DESCRIBE(record, record_##name, __VA_ARGS__)
#define MESSAGE(name, method, sender, receiver, when, ...) \
	static const struct record *message_##name(void) DESCRIBE(message, msg_##name, __VA_ARGS__)
#define REPLY(name, ...) \
	static const struct record *reply_##name(void) DESCRIBE(reply, reply_##name, __VA_ARGS__)
#include "protocol/messages.def"
#undef RECORD
#undef MESSAGE
#undef REPLY

const struct message_row message_rows[MSG_LIMIT] = {
#define RECORD(name, ...)
#define REPLY(name, ...)
#define MESSAGE(name, wire, sender, receiver, legal, ...) \
	[MSG_##name] = { wire, ROLE_##sender, ROLE_##receiver, WHEN_##legal, message_##name },
#include "protocol/messages.def"
#undef MESSAGE
#undef REPLY
};

const message_reply message_replies[MSG_LIMIT] = {
#define MESSAGE(name, wire, sender, receiver, legal, ...)
#define REPLY(name, ...) [MSG_##name] = reply_##name,
#include "protocol/messages.def"
#undef RECORD
#undef REPLY
#undef MESSAGE
};

const char *
role_name(enum role role)
{
	switch (role) {
	case ROLE_CLIENT: return "client";
	case ROLE_SUPERVISOR: return "supervisor";
	case ROLE_WORKER: return "worker";
	case ROLE_COMMITD: return "commitd";
	case ROLE_AGENT: return "agent";
	case ROLE_ANY: break;
	}
	return "any";
}

enum message_id
message_find(const char *method)
{
	size_t i;

	for (i = 0; i < MSG_LIMIT; i++)
		if (str_same(message_rows[i].method, method))
			return (enum message_id)i;
	return MSG_LIMIT;
}

/* One list of fields as a tagged list of mdoc. */
static void
print_fields(const struct record *record)
{
	static const char *const kinds[] = { "integer", "flag", "number", "text", "bytes",
	    "list of texts", "object id", "name", "descriptor", "list of maps" };
	size_t i;

	printf(".Bl -tag -width 12n -compact\n");
	for (i = 0; i < record->count; i++) {
		const struct field *field = &record->fields[i];

		printf(".It Va %s\n%s%s", field->name, kinds[field->kind],
		    field->optional ? ", optional" : "");
		if (field->limit > 0 && field->limit < UINT64_MAX)
			printf(", at most %ju", (uintmax_t)field->limit);
		printf("\n");
	}
	printf(".El\n");
}

void
message_print_manual(void)
{
	size_t i;

#define MESSAGE(name, wire, sender, receiver, legal, ...)
#define REPLY(name, ...)
#define RECORD(name, ...) printf(".Ss map %s\n", #name); print_fields(record_##name());
#include "protocol/messages.def"
#undef MESSAGE
#undef REPLY
#undef RECORD

	for (i = 0; i < MSG_LIMIT; i++) {
		const struct message_row *row = &message_rows[i];

		printf(".Ss %s\nFrom %s to %s%s.\n", row->method, role_name((enum role)row->from),
		    role_name((enum role)row->to), row->when == WHEN_FIRST ?
		    ", first on every connection" : message_replies[i] != NULL ? ", a request" :
		    ", a notification");
		print_fields(row->record());
		if (message_replies[i] != NULL) {
			printf("Its result:\n");
			print_fields(message_replies[i]());
		}
	}
}
