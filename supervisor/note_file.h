/*
 * Files of session notes: each is written whole, by a temporary name, fsync, rename, and
 * fsync of its folder. Knows nothing of what stands in them.
 */
#ifndef ORCH_NOTE_FILE_H
#define ORCH_NOTE_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct note_text { const char *name; const unsigned char *bytes; size_t len; };

/*
 * Writes them into a folder, which is made with those above it. errors[i] becomes 0, or the
 * errno of what failed; one that fails keeps no other from being written.
 */
void	note_files_write(const char *folder, const struct note_text *notes, size_t count, int *errors);

#endif
