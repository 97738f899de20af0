/* Frames to envelopes and fields: see reader.h. */
#include "reader.h"

#include <math.h>
#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "valid.h"

#define TASK_TEXT_BYTES	(64u << 10)	/* of one text in a list */

struct reader {
	msgpack_zone zone;
	msgpack_object object;
	struct arena arena;
};

static const char *
text_of(struct arena *arena, const msgpack_object *object, uint64_t limit)
{
	if (object->type != MSGPACK_OBJECT_STR || object->via.str.size > limit ||
	    !utf8_valid(object->via.str.ptr, object->via.str.size))
		return NULL;
	return arena_copy(arena, object->via.str.ptr, object->via.str.size);
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
		/* Nobody can count with the others, nor write them as JSON. */
		return isfinite(*(double *)slot);
	case FIELD_data:
		if ((object->type != MSGPACK_OBJECT_BIN && object->type != MSGPACK_OBJECT_STR) ||
		    object->via.bin.size > field->limit)
			return false;
		*(struct data *)slot = (struct data){ (const unsigned char *)arena_copy(getting->arena,
		    object->via.bin.ptr, object->via.bin.size), object->via.bin.size };
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

/* How often the key is there; the value of the first goes to `value`. */
static unsigned
map_find(const msgpack_object *map, const char *name, const msgpack_object **value)
{
	size_t len = strlen(name);
	unsigned found = 0;
	uint32_t i;

	*value = NULL;
	for (i = 0; map != NULL && i < map->via.map.size; i++) {
		const msgpack_object *key = &map->via.map.ptr[i].key;

		if (key->type != MSGPACK_OBJECT_STR || key->via.str.size != len ||
		    memcmp(key->via.str.ptr, name, len) != 0)
			continue;
		if (found++ == 0)
			*value = &map->via.map.ptr[i].val;
	}
	return found;
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
		const msgpack_object *value;
		void *slot = (char *)out + field->offset;

		if (field->kind == FIELD_fd)
			*(int *)slot = -1;
		/* Two readers must never see two messages in one. */
		if (map_find(map, field->name, &value) > 1) {
			*getting->why = field->name;
			return ERROR_PROTOCOL;
		}
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
