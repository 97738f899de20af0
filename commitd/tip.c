/* The tip of the branch and what is read from it: see tip.h. */
#include "commitd/tip.h"

#include <string.h>

#include "commitd/disk.h"
#include "commitd/walk.h"
#include "protocol/mem.h"

/* The merge helper reads the root's attributes from a file, and reads it once. */
static void
follow_attributes(struct commitd *commitd)
{
	struct tree_entry entry = { 0 };
	struct buffer bytes;

	tree_find(commitd->repository, commitd->tip_tree, ".gitattributes", &entry);
	if (strcmp(entry.oid, commitd->attributes) == 0)
		return;
	buffer_init(&bytes);
	if (entry.oid[0] != '\0')
		repository_read(commitd->repository, entry.oid, OBJECT_BLOB, &bytes);
	merge_stop(&commitd->merge);
	if (disk_write(commitd->merge.attributes, bytes.bytes ? (char *)bytes.bytes : "", bytes.len))
		strcpy(commitd->attributes, entry.oid);
	buffer_release(&bytes);
}

enum error
tip_move(struct commitd *commitd, const char *tip, struct buffer *why)
{
	struct commit commit;
	enum error error = commit_read(commitd->repository, tip, &commit);

	if (error == ERROR_NONE) {
		memmove(commitd->tip, tip, OID_TEXT);
		strcpy(commitd->tip_tree, commit.tree);
		follow_attributes(commitd);
	} else
		buffer_format(why, "the tip of branch '%s', %s, cannot be read", commitd->branch,
		    tip);
	commit_release(&commit);
	return error;
}
