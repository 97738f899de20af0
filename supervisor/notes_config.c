/* The template of session notes: see notes_config.h. */
#include "notes_config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "note_template.h"
#include "protocol/mem.h"

static void
read_template(struct config_project *config, const char *file, struct problems *problems)
{
	const char *name = config->notes_template, *slash = strrchr(file, '/');
	struct note_template template;
	char *path, *text;
	size_t len = 0;
	FILE *stream;

	if (name == NULL)
		return;
	path = name[0] == '/' || slash == NULL ? str_dup(name) :
	    str_format("%.*s/%s", (int)(slash - file), file, name);
	text = mem_zero(NOTE_TEMPLATE_MAX + 2, 1);
	stream = fopen(path, "re");
	if (stream != NULL)
		len = fread(text, 1, NOTE_TEMPLATE_MAX + 1, stream);
	if (stream == NULL || ferror(stream)) {
		problems_add(problems, "%s: the template of notes (notes.template) cannot be read: %s", path,
		    strerror(errno));
	} else {
		note_template_read(&template, path, text, len, problems);
		note_template_release(&template);
		config->notes_text = str_dup(text);
	}
	if (stream != NULL)
		fclose(stream);
	free(text);
	free(path);
}

void
notes_config_read(struct config *config, const char *file, struct problems *problems)
{
	size_t i;

	for (i = 0; i < config->project_count; i++)
		read_template(&config->projects[i], file, problems);
}
