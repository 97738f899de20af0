/* One task and all that is known of it, for people; and what other lists for them share. */
#ifndef ORCH_PRINT_SHOW_H
#define ORCH_PRINT_SHOW_H

#include "orchctl/table.h"
#include "protocol/message.h"

#define SHORT_OID	10	/* digits of an id that are shown */

void	print_show(const struct reply_task_show *show);
/* A name and its text in a column of their own; nothing for NULL. */
void	print_line(const char *name, const char *text);
/* The same of a number; nothing for 0. */
void	print_number(const char *name, uint64_t number);
/* How often people have stepped in, and were needed; nothing when neither was so. */
void	print_people(uint64_t interventions, uint64_t escalations);
/* A moment of the wall clock, local time. */
void	print_time(struct buffer *out, double time);
/* A text of several lines behind an empty one, without what a terminal would obey. */
void	print_passage(const char *text);
/* A column with the beginning of an object's id; "-" for NULL. */
void	print_oid(struct table *table, const char *oid);

#endif
