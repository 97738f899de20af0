/* What the line calls besides, made up: see line_world.h. Most of it does nothing. */
#include <stdlib.h>
#include <string.h>

#include "commitd/attributes.h"
#include "commitd/conflict.h"
#include "commitd/credentials.h"
#include "commitd/disk.h"
#include "commitd/draft.h"
#include "commitd/durable.h"
#include "commitd/forget.h"
#include "commitd/intake.h"
#include "commitd/landings.h"
#include "commitd/lines.h"
#include "commitd/locks.h"
#include "commitd/maintain.h"
#include "commitd/mend.h"
#include "commitd/walk.h"
#include "line_world.h"
#include "protocol/mem.h"

enum error
conflict_keep(struct commitd *commitd, struct result *result, const char *tip)
{
	(void)commitd;
	(void)result;
	(void)tip;
	world_may_die();
	return world_fails() ? ERROR_SYSTEM : ERROR_NONE;
}

void conflict_forget(struct commitd *commitd, const char *task) { (void)commitd; (void)task; world_may_die(); }

/* ---- what is durable besides ---- */

enum error
durable_add(struct sync *sync, struct repository *repository, const char *old, const char *new,
    const char *commit)
{
	(void)sync;
	(void)repository;
	(void)old;
	(void)new;
	(void)commit;
	return world_fails() ? ERROR_SYSTEM : ERROR_NONE;
}

void durable_object(struct sync *sync, const char *oid) { (void)sync; (void)oid; }
enum error durable_end(struct sync *sync) { (void)sync; return world_fails() ? ERROR_SYSTEM : ERROR_NONE; }

void
landings_line(struct buffer *lines, const char *oid)
{
	buffer_add(lines, oid, OID_TEXT);
}

enum error
landings_add(struct landings *landings, const struct buffer *lines)
{
	size_t at;

	(void)landings;
	world_may_die();
	if (world_fails())
		return ERROR_SYSTEM;
	for (at = 0; at < lines->len; at += OID_TEXT)
		world.commits[world_commit_of((char *)lines->bytes + at)].listed = true;
	for (at = 0; at < lines->len; at += OID_TEXT)
		watch_listed(world_commit_of((char *)lines->bytes + at));
	world_may_die();
	return ERROR_NONE;
}

enum error
landings_create(const char *path)
{
	(void)path;
	world_may_die();
	world.list = true;
	world_may_die();
	return ERROR_NONE;
}

enum error
landings_open(struct landings *landings, const char *path)
{
	(void)landings;
	(void)path;
	world.known = world.commit_count;
	return world.list ? ERROR_NONE : ERROR_UNKNOWN;
}

bool
landings_has(const struct landings *landings, const char *oid)
{
	(void)landings;
	/* What was listed when it was read: nothing younger is asked for while a project opens. */
	return world_commit_of(oid) < world.known && world.commits[world_commit_of(oid)].listed;
}

enum error
mend_objects(const char *folder, const char *mark, struct buffer *why)
{
	(void)folder;
	(void)mark;
	(void)why;
	return world_fails() ? ERROR_SYSTEM : ERROR_NONE;
}

enum error
mend_nothing(const char *mark, struct buffer *why)
{
	return mend_objects(NULL, mark, why);
}

void landings_close(struct landings *landings) { (void)landings; }

bool disk_exists(const char *path) { (void)path; return world.branch != WORLD_NONE; }
bool disk_make(const char *path) { (void)path; return true; }
bool disk_remove(const char *path) { (void)path; return true; }
/* Of a repository that is made: nothing has landed before. */
char *disk_read(const char *path) { (void)path; return NULL; }

/* ---- what does nothing here ---- */

static int something;

struct repository *
repository_open(const char *path, const struct git *git, struct buffer *why)
{
	(void)path;
	(void)git;
	(void)why;
	return (struct repository *)(void *)&something;
}

void repository_free(struct repository *repository) { (void)repository; }
const char *repository_objects(const struct repository *repository) { (void)repository; return ""; }

enum error
git_init(struct git *git, const char *directory, const char *repository, int lock_fd,
    int courier)
{
	(void)courier;
	(void)git;
	(void)directory;
	(void)repository;
	(void)lock_fd;
	return ERROR_NONE;
}

enum error
draft_try_signing(const struct git *git, const struct signing *signing, struct buffer *why)
{
	(void)git;
	(void)signing;
	(void)why;
	return ERROR_NONE;
}

void git_release(struct git *git) { (void)git; }

void
credentials_read(struct commitd *commitd, const char *helper, const char *login)
{
	(void)commitd;
	(void)helper;
	(void)login;
}

enum error
git_run(const struct git *git, const struct git_call *call)
{
	(void)git;
	buffer_add_text(call->output, "main upstream\n");
	return ERROR_NONE;
}

void
merge_init(struct merge *merge, const char *attributes)
{
	*merge = (struct merge){ .attributes = attributes == NULL ? NULL : str_dup(attributes) };
}

void merge_release(struct merge *merge) { free(merge->attributes); }
void attributes_follow(struct commitd *commitd) { (void)commitd; }

struct trees *
trees_new(const char *directory, const struct git *git, struct repository *repository)
{
	(void)directory;
	(void)git;
	(void)repository;
	return NULL;
}

void trees_free(struct trees *trees) { (void)trees; }

enum error
trees_open(struct trees *trees, const char *commit, const char *tree, struct stack *stack,
    struct buffer *why)
{
	(void)commit;
	(void)tree;
	(void)stack;
	(void)why;
	if (trees == NULL || !world_fails())
		return ERROR_NONE;
	/* That it cannot be takes a while to be found out. */
	world.now += WORLD_FAILS_MS;
	return ERROR_SYSTEM;
}

enum error
trees_add(struct trees *trees, const struct stack *below, const char *commit, const char *tree,
    struct stack *stack, struct buffer *why)
{
	(void)below;
	return trees_open(trees, commit, tree, stack, why);
}

void
trees_landed(struct trees *trees, struct stack *stack, uint64_t keep, struct fold *fold)
{
	(void)trees;
	(void)stack;
	(void)keep;
	*fold = (struct fold){ 0 };
}

void stack_fold(struct stack *stack, const struct fold *fold) { (void)stack; (void)fold; }
void fold_release(struct fold *fold) { (void)fold; }
void trees_drop(struct trees *trees, const struct stack *stack) { (void)trees; (void)stack; }
void stack_release(struct stack *stack) { stack->names = NULL; stack->commit[0] = '\0'; }

enum error
intake_accept(struct commitd *commitd, const struct msg_result_accept *message,
    char commit[OID_TEXT], struct concerns *concerns, struct buffer *why)
{
	(void)commit;
	(void)concerns;
	(void)commitd;
	(void)message;
	(void)why;
	return ERROR_STATE;
}

/* Nothing is accepted here. */
void lines_find(struct lines *lines, struct repository *repository, const char *base, const char *commit)
{
	(void)repository;
	(void)base;
	(void)commit;
	*lines = (struct lines){ .count = 0 };
}
void lines_release(struct lines *lines) { (void)lines; }

enum error
link_send(struct link *link, enum message_id id, uint64_t request, const void *fields)
{
	(void)link;
	(void)request;
	watch_sent(id, fields);
	return ERROR_NONE;
}

int
__wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
	(void)clock;
	*time = (struct timespec){ .tv_sec = world.now / 1000, .tv_nsec = world.now % 1000 * 1000000 };
	return 0;
}

/* ---- maintenance: none here ---- */

void maintain_clear(const char *objects) { (void)objects; }
void maintain_stop(struct commitd *commitd) { (void)commitd; }
void forget_reclaim(struct commitd *commitd) { (void)commitd; }

uint64_t
forget_attempts(struct commitd *commitd, char *const *attempts)
{
	(void)commitd;
	(void)attempts;
	return 0;
}

/* ---- what setup depends on: nothing here ---- */

char **
locks_of(const struct commitd *commitd, const char *tree)
{
	(void)commitd;
	(void)tree;
	return NULL;
}
