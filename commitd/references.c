/* References: see repository.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commitd/disk.h"
#include "commitd/repository_inside.h"
#include "protocol/mem.h"

enum error
repository_ref_read(struct repository *repository, const char *name, char text[OID_TEXT])
{
	git_oid oid;
	int code = git_reference_name_to_id(&oid, repository->git, name);

	if (code == 0)
		git_oid_tostr(text, OID_TEXT, &oid);
	return repository_error(code);
}

void
repository_unlock(const struct repository *repository, const char *name)
{
	char *path = str_format("%s%s.lock", git_repository_path(repository->git), name);

	unlink(path);
	free(path);
}

static int
ref_write(struct repository *repository, const char *name, const git_oid *oid,
    const char *old_text, const git_oid *old)
{
	git_reference *reference = NULL;
	int code;

	errno = 0;
	if (old_text == NULL)
		code = git_reference_create(&reference, repository->git, name, oid, 1, NULL);
	else if (old_text[0] == '\0')
		code = git_reference_create(&reference, repository->git, name, oid, 0, NULL);
	else
		code = git_reference_create_matching(&reference, repository->git, name, oid, 1,
		    old, NULL);
	git_reference_free(reference);
	return code;
}

/*
 * Written all the same? The file may have its name, and only its folder could not be
 * synced: then, or in a try before. Nobody else writes here.
 */
static bool
is_written(const struct repository *repository, const char *name, const git_oid *oid)
{
	char *path = str_format("%s%s", git_repository_path(repository->git), name), *slash;
	git_oid now;
	bool is;

	is = git_reference_name_to_id(&now, repository->git, name) == 0 && git_oid_equal(&now, oid) &&
	    disk_sync(path);
	slash = strrchr(path, '/');
	*slash = '\0';
	is = is && disk_sync(path);
	free(path);
	return is;
}

enum error
repository_ref_write(struct repository *repository, const char *name, const char *text,
    const char *old_text)
{
	git_oid oid, old = { { 0 } };
	enum error error;
	int code;

	if (git_oid_fromstr(&oid, text) != 0 ||
	    (old_text != NULL && old_text[0] != '\0' && git_oid_fromstr(&old, old_text) != 0))
		return ERROR_INVALID;
	code = ref_write(repository, name, &oid, old_text, &old);
	repository_unlock(repository, name);
	if (code == GIT_ELOCKED)
		code = ref_write(repository, name, &oid, old_text, &old);
	error = repository_error(code);
	return error != ERROR_NONE && is_written(repository, name, &oid) ? ERROR_NONE : error;
}

enum error
repository_ref_delete(struct repository *repository, const char *name)
{
	int code = git_reference_remove(repository->git, name);
	enum error error;

	repository_unlock(repository, name);
	if (code == GIT_ELOCKED)
		code = git_reference_remove(repository->git, name);
	error = repository_error(code);
	return error == ERROR_UNKNOWN ? ERROR_NONE : error;
}

enum error
repository_ref_each(struct repository *repository, const char *prefix,
    void (*each)(void *context, const char *name, const char *oid), void *context)
{
	git_reference_iterator *iterator = NULL;
	git_reference *reference;
	char oid[OID_TEXT], *glob = str_format("%s*", prefix);
	int code;

	code = git_reference_iterator_glob_new(&iterator, repository->git, glob);
	free(glob);
	if (code != 0)
		return repository_error(code);
	while ((code = git_reference_next(&reference, iterator)) == 0) {
		if (git_reference_target(reference) != NULL) {
			git_oid_tostr(oid, sizeof(oid), git_reference_target(reference));
			each(context, git_reference_name(reference), oid);
		}
		git_reference_free(reference);
	}
	git_reference_iterator_free(iterator);
	return code == GIT_ITEROVER ? ERROR_NONE : repository_error(code);
}
