/* The layers of a project on the disk: see setup_layers.h. */
#include "setup_layers.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "trash.h"

#define ABOUT_MAX	(512u << 10)	/* bytes of what is kept of a layer */

static char *
folder_of(const struct project *project)
{
	return str_format("%s/prepared/%s", project->supervisor->config.state, project->config->name);
}

static char *
path_of(const struct project *project, const char *name)
{
	return str_format("%s/prepared/%s/%s", project->supervisor->config.state, project->config->name, name);
}

/* What the worker wrote of a layer, worker/layer_make.c; false: it cannot be read. */
static bool
read_about(const char *folder, struct prepared_layer *layer)
{
	char *path = str_format("%s/about", folder), *mark = str_format("%s/landed", folder);
	char *text = mem_zero(ABOUT_MAX + 1, 1), tree[80] = "";
	uintmax_t bytes, entries;
	FILE *file = fopen(path, "re");
	int end = -1;

	if (file != NULL) {
		text[fread(text, 1, ABOUT_MAX, file)] = '\0';
		fclose(file);
	}
	if (sscanf(text, "tree %64[0-9a-f]\nbytes %ju\nentries %ju\nmade %lf\nkey%n", tree, &bytes, &entries,
	    &layer->made, &end) == 4 && end > 0 && text[end] == '\n') {
		layer->bytes = bytes;
		layer->entries = entries;
		layer->tree = str_dup(tree);
		layer->key = str_dup(text + end + 1);
		layer->landed = access(mark, F_OK) == 0;
	}
	free(text);
	free(mark);
	free(path);
	return layer->key != NULL;
}

static bool
is_known(const struct prepared *prepared, const char *name)
{
	size_t i;

	for (i = 0; i < prepared->layer_count; i++)
		if (str_same(prepared->layers[i].name, name))
			return true;
	return false;
}

bool
setup_layers_load(struct project *project, const char *name)
{
	struct prepared_layer layer = { .name = str_dup(name) };
	char *path = path_of(project, name);
	bool whole = name_valid(name) && strncmp(name, "making-", 7) != 0 && read_about(path, &layer);

	if (whole)
		prepared_add(&project->prepared, &layer);
	free(layer.name);
	free(layer.key);
	free(layer.tree);
	free(path);
	return whole;
}

static int
by_time(const void *a, const void *b)
{
	const struct prepared_layer *left = a, *right = b;

	return left->made < right->made ? -1 : left->made > right->made;
}

void
setup_layers_look(struct project *project)
{
	struct supervisor *supervisor = project->supervisor;
	struct prepared *prepared = &project->prepared;
	char *folder = folder_of(project), *path;
	DIR *entries = opendir(folder);
	struct dirent *entry;
	bool trash = false;

	while (entries != NULL && (entry = readdir(entries)) != NULL) {
		if (entry->d_name[0] == '.' || is_known(prepared, entry->d_name) ||
		    setup_layers_load(project, entry->d_name) || prepared_expected(prepared))
			continue;
		path = path_of(project, entry->d_name);
		trash = trash_take(supervisor, path) || trash;
		free(path);
	}
	if (entries != NULL)
		closedir(entries);
	free(folder);
	if (prepared->layer_count > 1)
		qsort(prepared->layers, prepared->layer_count, sizeof(*prepared->layers), by_time);
	if (trash)
		trash_empty(supervisor);
}

void
setup_layers_init(struct project *project)
{
	char *top = str_format("%s/prepared", project->supervisor->config.state);
	char *folder = folder_of(project);

	if (project->config->setup != NULL && ((mkdir(top, 0700) == -1 && access(top, F_OK) == -1) ||
	    (mkdir(folder, 0700) == -1 && access(folder, F_OK) == -1)))
		fatal("%s", folder);
	setup_layers_look(project);
	free(folder);
	free(top);
}

void
setup_layers_landed(const struct project *project, const char *name)
{
	char *path = str_format("%s/prepared/%s/%s/landed", project->supervisor->config.state,
	    project->config->name, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	/* Lost, it costs another run of setup. */
	if (fd == -1)
		log_warn("cannot write %s", path);
	else
		close(fd);
	free(path);
}

/* Does a slot that has a job have this layer, or a worker that we do not know of? */
static bool
in_use(const struct project *project, const char *name)
{
	const struct supervisor *supervisor = project->supervisor;
	char *path = path_of(project, name);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool used = fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == -1;
	size_t i;

	if (fd != -1)
		close(fd);
	for (i = 0; i < supervisor->slot_count && !used; i++)
		used = supervisor->slots[i]->state != SLOT_IDLE && str_same(supervisor->slots[i]->prepared, name);
	free(path);
	return used;
}

/* What was left by a worker that died is looked at first, with the layer it had. */
static bool
all_slots_up(const struct supervisor *supervisor)
{
	size_t i;

	for (i = 0; i < supervisor->slot_count; i++) {
		enum slot_state state = supervisor->slots[i]->state;

		if (state != SLOT_IDLE && state != SLOT_BUSY && state != SLOT_SAVING)
			return false;
	}
	return true;
}

void
setup_layers_remove(struct project *project)
{
	struct supervisor *supervisor = project->supervisor;
	struct prepared *prepared = &project->prepared;
	/* Of a setup that the configuration has no more, none. */
	size_t keep = project->config->setup != NULL ? PREPARED_KEEP : 0, i;
	bool any = false;
	char *path;

	if (prepared->layer_count <= keep || !all_slots_up(supervisor))
		return;
	for (i = 0; i < prepared->layer_count; i++)
		prepared->layers[i].in_use = in_use(project, prepared->layers[i].name);
	while ((i = prepared_surplus(prepared, keep)) < prepared->layer_count) {
		path = path_of(project, prepared->layers[i].name);
		log_info("event=setup.removed layer=%s", prepared->layers[i].name);
		any = trash_take(supervisor, path) || any;
		prepared_drop(prepared, i);
		free(path);
	}
	if (any)
		trash_empty(supervisor);
}
