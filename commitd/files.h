/*
 * (pure) A result that came as plain files: is it one, and does it say nothing
 * that could harm? Believes no byte of it. What the repository has is not known
 * here: see build.h.
 */
#ifndef ORCH_FILES_H
#define ORCH_FILES_H

#include <stdbool.h>

#include "protocol/arena.h"
#include "protocol/buffer.h"
#include "protocol/error.h"
#include "protocol/message.h"

/* A path of a result, as far as its mode goes. */
#define FILE_GONE	0u
#define FILE_PLAIN	0100644u
#define FILE_PROGRAM	0100755u
#define FILE_LINK	0120000u
#define FILE_SUBMODULE	0160000u

/*
 * Reads the whole of outbox/files. ERROR_NONE: its paths are plain
 * (protocol/git_path.h), in order, each once, no file in the place of another's
 * folder; the commit's header is as Git wants it. Else ERROR_INVALID with words.
 * What `files` holds lives in the arena.
 */
enum error	files_read(const unsigned char *bytes, size_t len, struct arena *arena,
		    struct record_result_files *files, struct buffer *why);

#endif
