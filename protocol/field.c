/* Typed fields of a message: see field.h. */
#include "field.h"

#include <string.h>

#include "mem.h"

bool
field_present(const struct field *field, const void *slot)
{
	switch (field->kind) {
	case FIELD_u64: return !field->optional || *(const uint64_t *)slot != 0;
	case FIELD_flag: return !field->optional || *(const bool *)slot;
	case FIELD_real: return !field->optional || *(const double *)slot != 0;
	case FIELD_records: return true;
	case FIELD_fd: return *(const int *)slot != -1;
	case FIELD_data: return true;
	case FIELD_text: case FIELD_texts: case FIELD_oid: case FIELD_name: break;
	}
	return *(const void *const *)slot != NULL;
}

void
fields_trace(struct buffer *out, const struct record *record, const void *in)
{
	size_t i;

	for (i = 0; i < record->count; i++) {
		const struct field *field = &record->fields[i];
		const void *slot = (const char *)in + field->offset;
		const char *text;

		if (!field_present(field, slot))
			continue;
		buffer_format(out, " %s=", field->name);
		switch (field->kind) {
		case FIELD_u64: buffer_format(out, "%ju", (uintmax_t)*(const uint64_t *)slot); break;
		case FIELD_flag: buffer_add_text(out, *(const bool *)slot ? "yes" : "no"); break;
		case FIELD_real: buffer_format(out, "%.3f", *(const double *)slot); break;
		case FIELD_fd: buffer_add_text(out, "(descriptor)"); break;
		case FIELD_data:
			buffer_format(out, "(%zu bytes)", ((const struct data *)slot)->len);
			break;
		case FIELD_texts:
			buffer_format(out, "(%zu texts)", strs_count(*(char *const *const *)slot));
			break;
		case FIELD_records:
			buffer_format(out, "(%zu records)", ((const struct records *)slot)->count);
			break;
		case FIELD_text: case FIELD_oid: case FIELD_name:
			text = *(const char *const *)slot;
			if (strlen(text) > 64 || strchr(text, '\n') != NULL)
				buffer_format(out, "(%zu bytes)", strlen(text));
			else
				buffer_add_text(out, text);
			break;
		}
	}
}
