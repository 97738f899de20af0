/* What the machine has: see readings.h. */
#include "readings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "protocol/mem.h"

/* A small file: where it is on the machine, or in the folder of a test. False: not there. */
static bool
read_text(const char *path, const char *folder, const char *name, char *text, size_t room)
{
	char *other = folder != NULL ? str_format("%s/%s", folder, name) : NULL;
	FILE *file = fopen(other != NULL ? other : path, "re");
	size_t len = 0;

	free(other);
	if (file == NULL)
		return false;
	len = fread(text, 1, room - 1, file);
	text[len] = '\0';
	fclose(file);
	return len > 0;
}

/* The number behind a word, or false. */
static bool
number_behind(const char *text, const char *word, double *number)
{
	const char *at = strstr(text, word);

	return at != NULL && sscanf(at + strlen(word), "%lf", number) == 1;
}

void
readings_take(const char *state, struct readings *readings)
{
	const char *folder = getenv("ORCHD_READINGS");
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct statvfs space;
	double number;
	char text[8192];

	*readings = (struct readings){ .processors = processors > 0 ? (unsigned)processors : 1 };
	if (read_text("/proc/pressure/memory", folder, "pressure", text, sizeof(text)))
		readings->has_pressure = number_behind(text, "some avg10=", &readings->pressure);
	if (read_text("/proc/meminfo", folder, "meminfo", text, sizeof(text)) &&
	    number_behind(text, "MemAvailable:", &number)) {
		readings->has_memory = true;
		readings->memory = (uint64_t)number << 10;
	}
	if (read_text("/proc/loadavg", folder, "loadavg", text, sizeof(text)))
		readings->has_load = sscanf(text, "%lf", &readings->load) == 1;
	if (folder != NULL) {
		readings->has_disk = read_text("", folder, "disk", text, sizeof(text));
		readings->disk = readings->has_disk ? strtoull(text, NULL, 10) : 0;
	} else if (statvfs(state, &space) == 0) {
		readings->has_disk = true;
		readings->disk = (uint64_t)space.f_bavail * space.f_frsize;
	}
}
