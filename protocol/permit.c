/* May this message come now: see permit.h. */
#include "permit.h"

enum error
permit(enum message_id id, enum role from, enum role to, bool said_hello, bool requested)
{
	const struct message_row *row = &message_rows[id];

	if ((row->from & from) == 0 || (row->to & to) == 0)
		return ERROR_PERMISSION;
	if ((row->when == WHEN_FIRST) == said_hello)
		return ERROR_PROTOCOL;
	/* Between our own processes nothing is asked, all is told. */
	if (requested != (from == ROLE_CLIENT || from == ROLE_AGENT))
		return ERROR_PROTOCOL;
	return ERROR_NONE;
}
