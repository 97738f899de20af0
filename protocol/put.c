/* Fields to bytes: see put.h. */
#include "put.h"

#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "valid.h"

static int
write_to(void *out, const char *bytes, size_t len)
{
	buffer_add(out, bytes, len);
	return 0;
}

/*
 * Nobody takes a text that is no UTF-8, and whoever sends one is thrown out. Names of
 * files, of which texts for people are made, may be any bytes.
 */
static void
pack_text(msgpack_packer *packer, const char *text)
{
	size_t len = strlen(text);
	char *mended = utf8_valid(text, len) ? NULL : utf8_repair(text, len);

	msgpack_pack_str(packer, len);
	msgpack_pack_str_body(packer, mended != NULL ? mended : text, len);
	free(mended);
}

static void pack_map(msgpack_packer *, const struct record *, const void *);

static void
pack_field(msgpack_packer *packer, const struct field *field, const void *slot)
{
	char *const *list;
	const struct records *records;
	const struct data *data;
	size_t i;

	switch (field->kind) {
	case FIELD_u64: msgpack_pack_uint64(packer, *(const uint64_t *)slot); break;
	case FIELD_flag:
		if (*(const bool *)slot)
			msgpack_pack_true(packer);
		else
			msgpack_pack_false(packer);
		break;
	case FIELD_real: msgpack_pack_double(packer, *(const double *)slot); break;
	case FIELD_fd: msgpack_pack_true(packer); break;
	case FIELD_data:
		data = slot;
		msgpack_pack_bin(packer, data->len);
		msgpack_pack_bin_body(packer, data->bytes, data->len);
		break;
	case FIELD_texts:
		list = *(char *const *const *)slot;
		msgpack_pack_array(packer, strs_count(list));
		for (i = 0; list[i] != NULL; i++)
			pack_text(packer, list[i]);
		break;
	case FIELD_records:
		records = slot;
		msgpack_pack_array(packer, records->count);
		for (i = 0; i < records->count; i++)
			pack_map(packer, field->record(),
			    (const char *)records->items + i * field->record()->size);
		break;
	case FIELD_text: case FIELD_oid: case FIELD_name:
		pack_text(packer, *(const char *const *)slot);
		break;
	}
}

static void
pack_map(msgpack_packer *packer, const struct record *record, const void *in)
{
	size_t i, present = 0;

	for (i = 0; i < record->count; i++)
		if (field_present(&record->fields[i], (const char *)in + record->fields[i].offset))
			present++;
	msgpack_pack_map(packer, present);
	for (i = 0; i < record->count; i++) {
		const struct field *field = &record->fields[i];
		const void *slot = (const char *)in + field->offset;

		if (!field_present(field, slot))
			continue;
		pack_text(packer, field->name);
		pack_field(packer, field, slot);
	}
}

void
put_request(struct buffer *out, uint64_t id, const char *method, const struct record *record,
    const void *in)
{
	msgpack_packer packer;

	msgpack_packer_init(&packer, out, write_to);
	msgpack_pack_array(&packer, 4);
	msgpack_pack_uint8(&packer, RPC_REQUEST);
	msgpack_pack_uint64(&packer, id);
	pack_text(&packer, method);
	pack_map(&packer, record, in);
}

void
put_notification(struct buffer *out, const char *method, const struct record *record,
    const void *in)
{
	msgpack_packer packer;

	msgpack_packer_init(&packer, out, write_to);
	msgpack_pack_array(&packer, 3);
	msgpack_pack_uint8(&packer, RPC_NOTIFICATION);
	pack_text(&packer, method);
	pack_map(&packer, record, in);
}

void
put_reply(struct buffer *out, uint64_t id, const struct record *record, const void *in)
{
	msgpack_packer packer;

	msgpack_packer_init(&packer, out, write_to);
	msgpack_pack_array(&packer, 4);
	msgpack_pack_uint8(&packer, RPC_RESPONSE);
	msgpack_pack_uint64(&packer, id);
	msgpack_pack_nil(&packer);
	pack_map(&packer, record, in);
}

void
put_failure(struct buffer *out, uint64_t id, const char *error, const char *reason)
{
	msgpack_packer packer;

	msgpack_packer_init(&packer, out, write_to);
	msgpack_pack_array(&packer, 4);
	msgpack_pack_uint8(&packer, RPC_RESPONSE);
	msgpack_pack_uint64(&packer, id);
	msgpack_pack_array(&packer, 2);
	pack_text(&packer, error);
	pack_text(&packer, reason);
	msgpack_pack_nil(&packer);
}

void
put_map(struct buffer *out, const struct record *record, const void *in)
{
	msgpack_packer packer;

	msgpack_packer_init(&packer, out, write_to);
	pack_map(&packer, record, in);
}
