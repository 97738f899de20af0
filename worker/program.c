/* Where our own programs lie: see program.h. */
#include "program.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"

char *
program_beside(const char *name)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[len > 0 ? len : 0] = '\0';
	if (strrchr(path, '/') != NULL)
		*strrchr(path, '/') = '\0';
	return str_format("%s/%s", path, name);
}

char *
program_orchctl(void)
{
	/* PREFIX/libexec/orch when installed, libexec when built. */
	static const char *const places[] = { "../../bin/orchctl", "../bin/orchctl" };
	char *path, *real;
	size_t i;

	for (i = 0; i < COUNT(places); i++) {
		path = program_beside(places[i]);
		real = realpath(path, NULL);
		free(path);
		if (real != NULL && access(real, X_OK) == 0)
			return real;
		free(real);
	}
	return NULL;
}
