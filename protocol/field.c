/* Typed fields of a message and how they travel: see field.h. */
#include "field.h"

#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

#define TASK_TEXT_BYTES	(64u << 10)	/* of one text in a list */

struct reader {
	msgpack_zone zone;
	msgpack_object object;
	struct arena arena;
};

void
arena_init(struct arena *arena)
{
	*arena = (struct arena){ 0 };
}

void
arena_release(struct arena *arena)
{
	size_t i;

	for (i = 0; i < arena->count; i++)
		free(arena->blocks[i]);
	free(arena->blocks);
	arena_init(arena);
}

/* The list of blocks doubles at powers of two. */
static void *
arena_keep(struct arena *arena, void *block)
{
	if ((arena->count & (arena->count - 1)) == 0)
		arena->blocks = mem_resize(arena->blocks,
		    arena->count ? 2 * arena->count : 1, sizeof(void *));
	arena->blocks[arena->count++] = block;
	return block;
}

void *
arena_zero(struct arena *arena, size_t count, size_t size)
{
	return arena_keep(arena, mem_zero(count, size));
}

bool
name_valid(const char *text)
{
	size_t len = strlen(text);

	if (len < 1 || len > 64 || text[0] == '.' || text[0] == '-')
		return false;
	return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789._-") == len;
}

bool
oid_valid(const char *text)
{
	size_t len = strlen(text);

	return (len == 40 || len == 64) && strspn(text, "0123456789abcdef") == len;
}

/* Is it UTF-8 (RFC 3629) without NUL? */
static bool
utf8_valid(const unsigned char *p, size_t len)
{
	size_t i = 0, more;
	uint32_t c;

	while (i < len) {
		if (p[i] == 0)
			return false;
		if (p[i] < 0x80) {
			i++;
			continue;
		}
		more = p[i] >= 0xc2 && p[i] <= 0xdf ? 1 : (p[i] & 0xf0) == 0xe0 ? 2 :
		    p[i] >= 0xf0 && p[i] <= 0xf4 ? 3 : 0;
		if (more == 0 || len - i <= more)
			return false;
		c = p[i] & (0x3fu >> more);
		for (size_t k = 1; k <= more; k++) {
			if ((p[i + k] & 0xc0) != 0x80)
				return false;
			c = c << 6 | (p[i + k] & 0x3f);
		}
		if ((more == 2 && (c < 0x800 || (c >= 0xd800 && c <= 0xdfff))) ||
		    (more == 3 && (c < 0x10000 || c > 0x10ffff)))
			return false;
		i += more + 1;
	}
	return true;
}

/* ---- reading ---- */

static const char *
text_of(struct arena *arena, const msgpack_object *object, uint64_t limit)
{
	if (object->type != MSGPACK_OBJECT_STR || object->via.str.size > limit ||
	    !utf8_valid((const unsigned char *)object->via.str.ptr, object->via.str.size))
		return NULL;
	return arena_keep(arena, mem_copy(object->via.str.ptr, object->via.str.size));
}

/* Reads [type, ...] of MessagePack-RPC; params may stand in an array of one. */
static bool
envelope_read(struct reader *reader, struct envelope *envelope)
{
	const msgpack_object_array *array = &reader->object.via.array;
	const msgpack_object *params = NULL, *p = array->ptr;
	uint64_t type;

	*envelope = (struct envelope){ 0 };
	if (reader->object.type != MSGPACK_OBJECT_ARRAY || array->size < 3 ||
	    p[0].type != MSGPACK_OBJECT_POSITIVE_INTEGER)
		return false;
	type = p[0].via.u64;
	if (type > RPC_NOTIFICATION || array->size != (type == RPC_NOTIFICATION ? 3 : 4))
		return false;
	envelope->rpc = (enum rpc)type;
	if (type != RPC_NOTIFICATION) {
		if (p[1].type != MSGPACK_OBJECT_POSITIVE_INTEGER)
			return false;
		envelope->id = p[1].via.u64;
	}
	if (type == RPC_RESPONSE) {
		if (p[2].type == MSGPACK_OBJECT_NIL) {
			params = &p[3];
		} else {
			if (p[2].type != MSGPACK_OBJECT_ARRAY || p[2].via.array.size != 2)
				return false;
			envelope->error = text_of(&reader->arena, &p[2].via.array.ptr[0], 64);
			envelope->reason = text_of(&reader->arena, &p[2].via.array.ptr[1], 1u << 20);
			if (envelope->error == NULL || envelope->reason == NULL)
				return false;
		}
	} else {
		envelope->method = text_of(&reader->arena, &p[array->size - 2], 64);
		params = &p[array->size - 1];
		if (envelope->method == NULL)
			return false;
	}
	if (params != NULL && params->type == MSGPACK_OBJECT_ARRAY && params->via.array.size == 1)
		params = params->via.array.ptr;
	else if (params != NULL && (params->type == MSGPACK_OBJECT_NIL ||
	    (params->type == MSGPACK_OBJECT_ARRAY && params->via.array.size == 0)))
		params = NULL;
	envelope->params = params;
	return params == NULL || params->type == MSGPACK_OBJECT_MAP;
}

/* Unpacks one object; frame.c has seen that it is whole and within limits. */
static struct reader *
reader_start(const unsigned char *bytes, size_t len)
{
	struct reader *reader = mem_zero(1, sizeof(*reader));
	size_t offset = 0;

	arena_init(&reader->arena);
	msgpack_zone_init(&reader->zone, 8192);
	if (msgpack_unpack((const char *)bytes, len, &offset, &reader->zone,
	    &reader->object) != MSGPACK_UNPACK_SUCCESS || offset != len) {
		reader_free(reader);
		return NULL;
	}
	return reader;
}

struct reader *
reader_new(const unsigned char *bytes, size_t len, struct envelope *envelope)
{
	struct reader *reader = reader_start(bytes, len);

	if (reader != NULL && !envelope_read(reader, envelope)) {
		reader_free(reader);
		return NULL;
	}
	return reader;
}

struct reader *
reader_map(const unsigned char *bytes, size_t len, const void **params)
{
	struct reader *reader = reader_start(bytes, len);

	if (reader != NULL && reader->object.type != MSGPACK_OBJECT_MAP) {
		reader_free(reader);
		return NULL;
	}
	if (reader != NULL)
		*params = &reader->object;
	return reader;
}

void
reader_free(struct reader *reader)
{
	if (reader == NULL)
		return;
	msgpack_zone_destroy(&reader->zone);
	arena_release(&reader->arena);
	free(reader);
}

static bool
texts_get(const msgpack_object *object, uint64_t limit, char ***out, struct arena *arena)
{
	const msgpack_object_array *array = &object->via.array;
	const char **list;
	uint32_t i;

	if (object->type != MSGPACK_OBJECT_ARRAY || array->size > limit)
		return false;
	list = arena_zero(arena, array->size + 1, sizeof(*list));
	for (i = 0; i < array->size; i++)
		if ((list[i] = text_of(arena, &array->ptr[i], TASK_TEXT_BYTES)) == NULL)
			return false;
	memcpy(out, &list, sizeof(list));
	return true;
}

struct getting {
	struct arena *arena;
	int (*take_fd)(void *);
	void *context;
	const char **why;
};

static enum error record_get(const struct record *, const msgpack_object *, void *,
    const struct getting *);

static bool
records_get(const struct field *field, const msgpack_object *object, struct records *out,
    const struct getting *getting)
{
	const msgpack_object_array *array = &object->via.array;
	unsigned char *items;
	uint32_t i;

	if (object->type != MSGPACK_OBJECT_ARRAY || array->size > field->limit)
		return false;
	items = arena_zero(getting->arena, array->size, field->record()->size);
	for (i = 0; i < array->size; i++)
		if (array->ptr[i].type != MSGPACK_OBJECT_MAP ||
		    record_get(field->record(), &array->ptr[i], items + i * field->record()->size,
		    getting) != ERROR_NONE)
			return false;
	*out = (struct records){ items, array->size };
	return true;
}

static bool
field_get(const struct field *field, const msgpack_object *object, void *slot,
    const struct getting *getting)
{
	const char *text;

	switch (field->kind) {
	case FIELD_u64:
		if (object->type != MSGPACK_OBJECT_POSITIVE_INTEGER || object->via.u64 > field->limit)
			return false;
		*(uint64_t *)slot = object->via.u64;
		return true;
	case FIELD_flag:
		if (object->type != MSGPACK_OBJECT_BOOLEAN)
			return false;
		*(bool *)slot = object->via.boolean;
		return true;
	case FIELD_real:
		if (object->type == MSGPACK_OBJECT_POSITIVE_INTEGER)
			*(double *)slot = (double)object->via.u64;
		else if (object->type == MSGPACK_OBJECT_FLOAT64 || object->type == MSGPACK_OBJECT_FLOAT32)
			*(double *)slot = object->via.f64;
		else
			return false;
		return true;
	case FIELD_data:
		if ((object->type != MSGPACK_OBJECT_BIN && object->type != MSGPACK_OBJECT_STR) ||
		    object->via.bin.size > field->limit)
			return false;
		*(struct data *)slot = (struct data){ (const unsigned char *)arena_keep(getting->arena,
		    mem_copy(object->via.bin.ptr, object->via.bin.size)), object->via.bin.size };
		return true;
	case FIELD_texts:
		return texts_get(object, field->limit, slot, getting->arena);
	case FIELD_records:
		return records_get(field, object, slot, getting);
	case FIELD_fd:
		*(int *)slot = getting->take_fd != NULL ? getting->take_fd(getting->context) : -1;
		return *(int *)slot != -1;
	case FIELD_oid:
	case FIELD_name:
	case FIELD_text:
		text = text_of(getting->arena, object, field->kind == FIELD_oid ? 64 : field->limit);
		if (text == NULL || (field->kind == FIELD_oid && !oid_valid(text)) ||
		    (field->kind == FIELD_name && !name_valid(text)))
			return false;
		*(const char **)slot = text;
		return true;
	}
	return false;
}

static const msgpack_object *
map_find(const msgpack_object *map, const char *name)
{
	size_t len = strlen(name);
	uint32_t i;

	if (map == NULL)
		return NULL;
	for (i = 0; i < map->via.map.size; i++) {
		const msgpack_object *key = &map->via.map.ptr[i].key;

		if (key->type == MSGPACK_OBJECT_STR && key->via.str.size == len &&
		    memcmp(key->via.str.ptr, name, len) == 0)
			return &map->via.map.ptr[i].val;
	}
	return NULL;
}

static enum error
record_get(const struct record *record, const msgpack_object *map, void *out,
    const struct getting *getting)
{
	const struct field *field;

	/* Cheap to refuse, dear to search: nobody has this many keys. */
	if (map != NULL && map->via.map.size > 4 * record->count + 64) {
		*getting->why = "too many keys";
		return ERROR_PROTOCOL;
	}
	for (field = record->fields; field < record->fields + record->count; field++) {
		const msgpack_object *value = map_find(map, field->name);
		void *slot = (char *)out + field->offset;

		if (field->kind == FIELD_fd)
			*(int *)slot = -1;
		if (value == NULL || value->type == MSGPACK_OBJECT_NIL) {
			if (field->optional)
				continue;
			*getting->why = field->name;
			return ERROR_PROTOCOL;
		}
		if (!field_get(field, value, slot, getting)) {
			*getting->why = field->name;
			return ERROR_PROTOCOL;
		}
	}
	return ERROR_NONE;
}

enum error
fields_get(const struct record *record, const void *params, void *out, struct arena *arena,
    int (*take_fd)(void *), void *context, const char **why)
{
	struct getting getting = { arena, take_fd, context, why };

	memset(out, 0, record->size);
	return record_get(record, params, out, &getting);
}

/* ---- writing ---- */

static int
write_to(void *out, const char *bytes, size_t len)
{
	buffer_add(out, bytes, len);
	return 0;
}

static void
pack_text(msgpack_packer *packer, const char *text)
{
	size_t len = strlen(text);

	msgpack_pack_str(packer, len);
	msgpack_pack_str_body(packer, text, len);
}

/* Is the field there to be written? */
static bool
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
