/* Paths that mean the same everywhere: see git_path.h. */
#include "git_path.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "mem.h"

static bool
begins(const char *text, size_t len, const char *with)
{
	return len >= strlen(with) && strncasecmp(text, with, strlen(with)) == 0;
}

/* Characters that HFS+ leaves out when it compares names. */
static bool
has_invisible(const char *text, size_t len)
{
	const unsigned char *byte = (const unsigned char *)text;
	size_t i;

	for (i = 0; i + 2 < len; i++) {
		unsigned last = byte[i + 2];

		if (byte[i] == 0xe2 && byte[i + 1] == 0x80 &&
		    ((last >= 0x8c && last <= 0x8f) || (last >= 0xaa && last <= 0xae)))
			return true;
		if (byte[i] == 0xe2 && byte[i + 1] == 0x81 && last >= 0xaa && last <= 0xaf)
			return true;
		if (byte[i] == 0xef && byte[i + 1] == 0xbb && last == 0xbf)
			return true;
	}
	return false;
}

/* Something that a file system may take for one of Git's own names? */
static bool
is_own(const char *name, size_t len)
{
	static const char *const special[] = { ".gitmodules", ".gitattributes" };
	size_t i;

	/* .gitignore and .github are others; ".git", ".git ." and ".git\xff" are not. */
	if (begins(name, len, ".git") && (len == 4 || !isascii(name[4]) ||
	    (!isalnum((unsigned char)name[4]) && name[4] != '-' && name[4] != '_')))
		return true;
	for (i = 0; i < COUNT(special); i++)
		if (begins(name, len, special[i]))
			return true;
	/* Short names: git~1, gitmod~1, gi7eba~1, and what else they may be cut to. */
	return begins(name, len, "gi") && memchr(name, '~', len) != NULL;
}

static bool
component_plain(const char *name, size_t len)
{
	size_t i;

	if (len == 0 || (len == 1 && name[0] == '.') || (len == 2 && memcmp(name, "..", 2) == 0) ||
	    is_own(name, len) || has_invisible(name, len))
		return false;
	/* A letter like others, and on Windows the end of a folder's name. */
	for (i = 0; i < len; i++)
		if (name[i] == '\\' && is_own(name + i + 1, len - i - 1))
			return false;
	return true;
}

bool
git_path_plain(const char *path, size_t len)
{
	const char *at = path, *end = path + len, *slash;

	if (len == 0 || len > GIT_PATH_MOST || memchr(path, '\0', len) != NULL)
		return false;
	for (; (slash = memchr(at, '/', (size_t)(end - at))) != NULL; at = slash + 1)
		if (!component_plain(at, (size_t)(slash - at)))
			return false;
	return component_plain(at, (size_t)(end - at));
}

const char *
git_link_wrong(const void *target, size_t len)
{
	if (len == 0)
		return "is a link to nothing";
	if (len > GIT_LINK_MOST)
		return "is a link of more than 4095 bytes";
	return memchr(target, '\0', len) != NULL ? "is a link with a NUL in it" : NULL;
}
