/* What Git tells of blobs, one behind the other: see collect.h. */
#include <stdlib.h>
#include <string.h>

#include "collect/collect.h"
#include "collect/git.h"

bool
blobs_read(const struct buffer *ask, struct buffer *told)
{
	static const char *const batch[] = { "cat-file", "--batch", NULL };
	struct git_call call = { .input = ask->bytes, .input_len = ask->len, .output = told,
	    .output_max = RESULT_FILE_MAX };

	if (ask->len > 0 && (git_run(&call, batch) != 0 || told->len >= RESULT_FILE_MAX))
		return false;
	buffer_text(told);
	return true;
}

const char *
blobs_next(const char *at, const struct buffer *told, struct data *oid, struct data *content)
{
	const char *end = (const char *)told->bytes + told->len;
	const char *line = memchr(at, '\n', (size_t)(end - at));
	char *after;
	size_t len;

	/* "oid blob size LF bytes LF" */
	oid->bytes = (const unsigned char *)at;
	oid->len = strcspn(at, " \n");
	if (line == NULL || (oid->len != 40 && oid->len != 64) ||
	    strncmp(at + oid->len, " blob ", 6) != 0)
		return NULL;
	len = strtoull(at + oid->len + 6, &after, 10);
	if (after != line || len >= (size_t)(end - line) - 1)
		return NULL;
	*content = (struct data){ (const unsigned char *)line + 1, len };
	return line + 1 + len + 1;
}
