/* Objects and history: see repository.h. */
#include "commitd/repository.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commitd/git.h"
#include "commitd/repository_inside.h"
#include "protocol/log.h"
#include "protocol/mem.h"

#define CACHED_TREE	(64u << 10)	/* bytes of an object that is kept in memory */
#define CACHED_MOST	(16u << 20)	/* of all of them */

static const char *
last_error(void)
{
	const git_error *error = git_error_last();

	return error != NULL && error->message != NULL ? error->message : "unknown error";
}

/* Without descriptors the library finds no object in a pack, and says that there is none. */
static bool
can_open(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return false;
	close(fd);
	return true;
}

enum error
repository_error(int code)
{
	if (code == 0)
		return ERROR_NONE;
	if (code == GIT_ENOTFOUND)
		return can_open() ? ERROR_UNKNOWN : ERROR_SYSTEM;
	if (code == GIT_EMODIFIED || code == GIT_EEXISTS)
		return ERROR_MOVED;
	log_warnx("event=libgit2 why=%s", last_error());
	if (errno == ENOSPC || errno == EDQUOT)
		return ERROR_DISK_FULL;
	/* ERROR_GIT: an object, or something else in a file, is not what it should be. */
	return git_error_last() != NULL && (git_error_last()->klass == GIT_ERROR_OS ||
	    git_error_last()->klass == GIT_ERROR_NOMEMORY) ? ERROR_SYSTEM : ERROR_GIT;
}

void
repository_library_init(void)
{
	if (git_libgit2_init() < 0)
		fatalx("libgit2 does not start: %s", last_error());
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	/* What came in a pack was hashed when it was taken apart. */
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	/* Those of wide folders too: each landing reads them again. All in all, not much. */
	git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TREE, (size_t)CACHED_TREE);
	git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)CACHED_MOST);
	/* Nobody's configuration but the repository's own. */
	git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_GLOBAL, "/nonexistent");
	git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_XDG, "/nonexistent");
	git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_SYSTEM, "/nonexistent");
	git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_PROGRAMDATA, "/nonexistent");
}

struct repository *
repository_open(const char *path, const struct git *git, struct buffer *why)
{
	struct repository *repository = mem_zero(1, sizeof(*repository));
	git_refdb *references = NULL;
	int code;

	/* The store of references reads it when it is made, that of objects at each write. */
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
	code = git_repository_open_bare(&repository->git, path);
	if (code == 0)
		code = git_repository_refdb(&references, repository->git);
	git_refdb_free(references);
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 0);
	if (code != 0 || git_repository_odb(&repository->objects, repository->git) != 0) {
		buffer_format(why, "%s: %s", path, last_error());
		repository_free(repository);
		return NULL;
	}
	repository->path = str_format("%s/objects", path);
	repository->run = git;
	return repository;
}

struct repository *
repository_open_objects(const char *path, struct buffer *why)
{
	struct repository *repository = mem_zero(1, sizeof(*repository));

	if (git_odb_open(&repository->objects, path) != 0) {
		buffer_format(why, "%s: %s", path, last_error());
		repository_free(repository);
		return NULL;
	}
	repository->path = str_dup(path);
	return repository;
}

void
repository_free(struct repository *repository)
{
	if (repository == NULL)
		return;
	git_odb_free(repository->objects);
	git_repository_free(repository->git);
	free(repository->path);
	free(repository);
}

const char *repository_objects(const struct repository *repository) { return repository->path; }

static enum object_kind
kind_of(git_object_t type)
{
	return type == GIT_OBJECT_COMMIT ? OBJECT_COMMIT : type == GIT_OBJECT_TREE ? OBJECT_TREE :
	    type == GIT_OBJECT_BLOB ? OBJECT_BLOB : OBJECT_OTHER;
}

enum error
repository_look(struct repository *repository, const char *text, enum object_kind *kind,
    uint64_t *size)
{
	git_object_t type = GIT_OBJECT_INVALID;
	size_t len = 0;
	git_oid oid;
	int code;

	*kind = OBJECT_NONE;
	*size = 0;
	if (git_oid_fromstr(&oid, text) != 0)
		return ERROR_INVALID;
	errno = 0;
	code = str_same(text, EMPTY_TREE) ? 0 :
	    git_odb_read_header(&len, &type, repository->objects, &oid);
	if (code != 0)
		return repository_error(code);
	*kind = str_same(text, EMPTY_TREE) ? OBJECT_TREE : kind_of(type);
	*size = len;
	return ERROR_NONE;
}

enum object_kind
repository_kind(struct repository *repository, const char *text)
{
	git_object_t type;
	size_t len;
	git_oid oid;

	if (git_oid_fromstr(&oid, text) != 0 ||
	    git_odb_read_header(&len, &type, repository->objects, &oid) != 0)
		return OBJECT_NONE;
	return kind_of(type);
}

bool
repository_whole(struct repository *repository, const char *text)
{
	git_odb_object *object = NULL;
	git_oid oid;
	bool whole;

	/* Compares the hash: libgit2 does so unless it is told not to. */
	whole = git_oid_fromstr(&oid, text) == 0 &&
	    git_odb_read(&object, repository->objects, &oid) == 0;
	git_odb_object_free(object);
	return whole;
}

uint64_t
repository_size(struct repository *repository, const char *text)
{
	git_object_t type;
	size_t len;
	git_oid oid;

	if (git_oid_fromstr(&oid, text) != 0 ||
	    git_odb_read_header(&len, &type, repository->objects, &oid) != 0)
		return 0;
	return len;
}

enum error
repository_read(struct repository *repository, const char *text, enum object_kind kind,
    struct buffer *out)
{
	git_odb_object *object = NULL;
	git_oid oid;
	int code;

	if (git_oid_fromstr(&oid, text) != 0)
		return ERROR_INVALID;
	/* The empty tree is everywhere, even where nobody wrote it. */
	if (kind == OBJECT_TREE && str_same(text, EMPTY_TREE))
		return ERROR_NONE;
	errno = 0;
	code = git_odb_read(&object, repository->objects, &oid);
	if (code != 0)
		return repository_error(code);
	if (kind_of(git_odb_object_type(object)) == kind)
		buffer_add(out, git_odb_object_data(object), git_odb_object_size(object));
	else
		code = GIT_ENOTFOUND;
	git_odb_object_free(object);
	return code == 0 ? ERROR_NONE : ERROR_UNKNOWN;
}

static git_object_t
type_of(enum object_kind kind)
{
	return kind == OBJECT_COMMIT ? GIT_OBJECT_COMMIT :
	    kind == OBJECT_TREE ? GIT_OBJECT_TREE : GIT_OBJECT_BLOB;
}

struct packed {
	git_odb *objects;
	enum error (*each)(void *context, const char *oid, enum object_kind kind, uint64_t size);
	void *context;
	enum error error;
};

static int
look_packed(const git_oid *oid, void *payload)
{
	struct packed *packed = payload;
	char text[OID_TEXT];
	git_object_t type;
	size_t len;
	int code;

	git_oid_tostr(text, sizeof(text), oid);
	code = git_odb_read_header(&len, &type, packed->objects, oid);
	packed->error = code != 0 ? repository_error(code) :
	    packed->each(packed->context, text, kind_of(type), len);
	return packed->error == ERROR_NONE ? 0 : 1;
}

enum error
repository_packed_each(const char *objects, enum error (*each)(void *context, const char *oid,
    enum object_kind kind, uint64_t size), void *context)
{
	struct packed packed = { NULL, each, context, ERROR_NONE };
	git_odb_backend *packs = NULL;
	int code;

	errno = 0;
	code = git_odb_new(&packed.objects);
	if (code == 0)
		code = git_odb_backend_pack(&packs, objects);
	if (code == 0)
		code = git_odb_add_backend(packed.objects, packs, 1);
	if (code == 0)
		code = git_odb_foreach(packed.objects, look_packed, &packed);
	git_odb_free(packed.objects);
	return packed.error != ERROR_NONE ? packed.error : repository_error(code);
}

enum error
repository_write(struct repository *repository, enum object_kind kind, const void *bytes,
    size_t len, char text[OID_TEXT])
{
	git_oid oid;
	int code;

	errno = 0;
	code = git_odb_write(&oid, repository->objects, bytes, len, type_of(kind));
	if (code != 0)
		return repository_error(code);
	git_oid_tostr(text, OID_TEXT, &oid);
	return ERROR_NONE;
}

enum error
repository_hash(enum object_kind kind, const void *bytes, size_t len, char text[OID_TEXT])
{
	git_oid oid;
	int code = git_odb_hash(&oid, bytes, len, type_of(kind));

	if (code == 0)
		git_oid_tostr(text, OID_TEXT, &oid);
	return repository_error(code);
}

void
repository_reopen(struct repository *repository)
{
	git_repository *git = NULL;
	git_odb *objects = NULL;

	if (git_repository_open_bare(&git, git_repository_path(repository->git)) != 0 ||
	    git_repository_odb(&objects, git) != 0) {
		log_warnx("path=%s event=libgit2 why=%s", repository->path, last_error());
		git_repository_free(git);
		git_odb_refresh(repository->objects);
		return;
	}
	git_odb_free(repository->objects);
	git_repository_free(repository->git);
	repository->git = git;
	repository->objects = objects;
}

void
repository_refresh(struct repository *repository)
{
	git_odb_refresh(repository->objects);
}

/*
 * Does its history end somewhere on purpose? The library then looks for the commits
 * that are left out; Git knows that there are none.
 */
static bool
is_shallow(struct repository *repository)
{
	return git_repository_is_shallow(repository->git) == 1;
}

static enum error
list_commits(struct repository *repository, const char *without, const char *tip,
    void (*each)(void *context, const char *oid), void *context)
{
	char *range = str_format("%s..%s", without, tip), *line, *rest;
	struct buffer out;
	struct git_call call = { .arguments = GIT_LIST("git", "rev-list", "--topo-order", range,
	    "--"), .input = -1, .output = &out };
	enum error error;

	buffer_init(&out);
	error = git_run(repository->run, &call);
	buffer_text(&out);
	if (error == ERROR_NONE && out.len > 0)
		for (line = strtok_r((char *)out.bytes, "\n", &rest); line != NULL;
		    line = strtok_r(NULL, "\n", &rest))
			each(context, line);
	buffer_release(&out);
	free(range);
	return error;
}

enum error
repository_find_ancestor(struct repository *repository, const char *ancestor, const char *commit)
{
	struct git_call call = { .arguments = GIT_LIST("git", "merge-base", "--is-ancestor",
	    ancestor, commit), .input = -1 };
	git_oid old, new;
	enum error error;
	int code;

	if (git_oid_fromstr(&old, ancestor) != 0 || git_oid_fromstr(&new, commit) != 0)
		return ERROR_UNKNOWN;
	if (git_oid_equal(&old, &new))
		return ERROR_NONE;
	if (is_shallow(repository)) {
		error = git_run(repository->run, &call);
		return error == ERROR_GIT ? ERROR_UNKNOWN : error;
	}
	errno = 0;
	code = git_graph_descendant_of(repository->git, &new, &old);
	return code == 1 ? ERROR_NONE : repository_error(code == 0 ? GIT_ENOTFOUND : code);
}

bool
repository_is_ancestor(struct repository *repository, const char *ancestor, const char *commit)
{
	return repository_find_ancestor(repository, ancestor, commit) == ERROR_NONE;
}

enum error
repository_commits(struct repository *repository, const char *without, const char *tip,
    void (*each)(void *context, const char *oid), void *context)
{
	git_revwalk *walk = NULL;
	git_oid oid, hide;
	char text[OID_TEXT];
	int code = -1;

	if (is_shallow(repository))
		return list_commits(repository, without, tip, each, context);
	if (git_oid_fromstr(&oid, tip) == 0 && git_oid_fromstr(&hide, without) == 0 &&
	    git_revwalk_new(&walk, repository->git) == 0 && git_revwalk_push(walk, &oid) == 0 &&
	    git_revwalk_hide(walk, &hide) == 0) {
		git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL);
		while ((code = git_revwalk_next(&oid, walk)) == 0) {
			git_oid_tostr(text, sizeof(text), &oid);
			each(context, text);
		}
	}
	git_revwalk_free(walk);
	return code == GIT_ITEROVER ? ERROR_NONE : repository_error(code);
}
