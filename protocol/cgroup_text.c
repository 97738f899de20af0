/* The words of cgroup v2: see cgroup_text.h. */
#include "cgroup_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

#define PERIOD_US	100000u	/* of the processor; the kernel's own default */
#define QUOTA_LEAST	1000u	/* what the kernel takes */
#define PATH_ROOM	4096u

bool
cgroup_text_value(const char *text, const char *key, uint64_t *value)
{
	size_t len = strlen(key);
	unsigned long long number;

	for (; text != NULL; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (strncmp(text, key, len) == 0 && text[len] == ' ' &&
		    sscanf(text + len, " %llu", &number) == 1) {
			*value = number;
			return true;
		}
	}
	return false;
}

bool
cgroup_text_has(const char *words, const char *word)
{
	size_t len = strlen(word), next;

	for (;;) {
		words += strspn(words, " \n");
		next = strcspn(words, " \n");
		if (next == 0)
			return false;
		if (next == len && strncmp(words, word, len) == 0)
			return true;
		words += next;
	}
}

char *
cgroup_text_own(const char *text)
{
	char *path;

	for (; text != NULL; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (strncmp(text, "0::/", 4) != 0)
			continue;
		path = str_dup(text + 3);
		path[strcspn(path, "\n")] = '\0';
		return path;
	}
	return NULL;
}

/* Blanks and the like are written as \040 there. */
static void
unescape(char *text)
{
	char *to = text;
	unsigned octal;

	for (; *text != '\0'; to++) {
		if (*text == '\\' && sscanf(text + 1, "%3o", &octal) == 1) {
			*to = (char)octal;
			text += 4;
		} else {
			*to = *text++;
		}
	}
	*to = '\0';
}

/* One line of mountinfo: what of cgroup v2 is mounted where. */
static bool
read_mount(const char *line, char *root, char *point)
{
	const char *end = line + strcspn(line, "\n"), *dash = strstr(line, " - cgroup2 ");

	if (dash == NULL || dash > end || sscanf(line, "%*s %*s %*s %4095s %4095s", root, point) != 2)
		return false;
	unescape(root);
	unescape(point);
	return true;
}

char *
cgroup_text_folder(const char *mountinfo, const char *own)
{
	char *root = mem_zero(2, PATH_ROOM), *point = root + PATH_ROOM, *folder = NULL;
	const char *line = mountinfo;
	size_t len;

	for (; line != NULL && folder == NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!read_mount(line, root, point))
			continue;
		len = strcmp(root, "/") == 0 ? 0 : strlen(root);
		if (strncmp(own, root, len) == 0 && (own[len] == '/' || own[len] == '\0'))
			folder = str_format("%s%s", point, strcmp(own + len, "/") == 0 ? "" : own + len);
	}
	free(root);
	return folder;
}

char *
cgroup_text_cpu(double cores)
{
	double quota = cores * PERIOD_US;

	if (cores <= 0)
		return str_format("max %u", PERIOD_US);
	return str_format("%.0f %u", quota < QUOTA_LEAST ? QUOTA_LEAST : quota, PERIOD_US);
}
