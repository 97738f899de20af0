/* Commit objects: see draft.h. The header "gpgsig" is as gitformat-signature(5) has it. */
#include "commitd/draft.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "commitd/environment.h"
#include "protocol/mem.h"

#define SIGN_SECONDS	60

static void
header(struct buffer *out, const struct draft *draft)
{
	size_t i;

	buffer_format(out, "tree %s\n", draft->tree);
	for (i = 0; draft->parents[i] != NULL; i++)
		buffer_format(out, "parent %s\n", draft->parents[i]);
	buffer_format(out, "author %s\ncommitter %s\n", draft->author, draft->committer);
	if (draft->encoding != NULL)
		buffer_format(out, "encoding %s\n", draft->encoding);
}

/* A file in memory with these bytes, at its beginning; -1 with errno. */
static int
file_of(const struct buffer *bytes)
{
	int fd = memfd_create("commit", MFD_CLOEXEC);

	if (fd != -1 && (write(fd, bytes->bytes, bytes->len) != (ssize_t)bytes->len ||
	    lseek(fd, 0, SEEK_SET) == -1)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* The signature of these bytes; else words. */
static enum error
sign(const struct git *git, const struct signing *signing, const struct buffer *bytes,
    struct buffer *signature, struct buffer *why)
{
	const char *keys = getenv("GNUPGHOME");
	char *home = str_format("HOME=%s", environment_home());
	char *gnupg = keys != NULL ? str_format("GNUPGHOME=%s", keys) : NULL;
	struct git_call call = { .environment = GIT_LIST(home, gnupg), .repository = "",
	    .input = file_of(bytes), .output = signature, .problem = why,
	    .seconds = SIGN_SECONDS, .arguments = signing->openpgp ?
	    GIT_LIST("gpg", "--batch", "--no-tty", "--armor", "--detach-sign", "--local-user",
	    signing->key) : GIT_LIST("ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", signing->key) };
	enum error error;

	error = call.input == -1 ? ERROR_SYSTEM : git_run(git, &call);
	if (call.input != -1)
		close(call.input);
	if (error == ERROR_NONE && strncmp(buffer_text(signature), "-----BEGIN ", 11) != 0)
		error = ERROR_GIT;
	if (error != ERROR_NONE && why->len == 0)
		buffer_add_text(why, error_text(error));
	free(home);
	free(gnupg);
	return error;
}

/* For a person, on one line. */
static char *
words(const struct signing *signing, struct buffer *said)
{
	char *text = str_format("sign.key: %s cannot sign with '%s': %s", signing->openpgp ? "gpg" :
	    "ssh-keygen", signing->key, buffer_text(said)), *at;
	size_t len = strlen(text);

	while (len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	for (at = text; (at = strchr(at, '\n')) != NULL;)
		*at = ' ';
	return text;
}

enum error
draft_try_signing(const struct git *git, const struct signing *signing, struct buffer *why)
{
	struct buffer bytes, signature, said;
	char *text;
	enum error error;

	if (signing->key == NULL)
		return ERROR_NONE;
	buffer_init(&bytes);
	buffer_init(&signature);
	buffer_init(&said);
	buffer_add_text(&bytes, "may this key sign?\n");
	error = sign(git, signing, &bytes, &signature, &said);
	if (error != ERROR_NONE) {
		text = words(signing, &said);
		buffer_add_text(why, text);
		free(text);
	}
	buffer_release(&bytes);
	buffer_release(&signature);
	buffer_release(&said);
	return error == ERROR_NONE ? ERROR_NONE : ERROR_INVALID;
}

/* Every line but the first begins with a space, an empty one too. */
static void
add_signature(struct buffer *out, struct buffer *signature)
{
	const char *line = buffer_text(signature), *name = "gpgsig";
	size_t len;

	for (; *line != '\0'; line += len + (line[len] == '\n')) {
		len = strcspn(line, "\n");
		buffer_format(out, "%s %.*s\n", name, (int)len, line);
		name = "";
	}
}

enum error
draft_write(struct repository *repository, const struct git *git, struct signing *signing,
    const struct draft *draft, char oid[OID_TEXT])
{
	struct buffer text, signature, said;
	enum error error = ERROR_NONE;

	buffer_init(&said);
	buffer_init(&text);
	buffer_init(&signature);
	header(&text, draft);
	buffer_add_text(&text, "\n");
	buffer_add(&text, draft->message, draft->message_len);
	if (signing != NULL && signing->key != NULL) {
		error = sign(git, signing, &text, &signature, &said);
		free(signing->failed);
		signing->failed = error != ERROR_NONE ? words(signing, &said) : NULL;
		if (error == ERROR_NONE) {
			text.len = 0;
			header(&text, draft);
			add_signature(&text, &signature);
			buffer_add_text(&text, "\n");
			buffer_add(&text, draft->message, draft->message_len);
		}
	}
	if (error == ERROR_NONE)
		error = repository_write(repository, OBJECT_COMMIT, text.bytes, text.len, oid);
	buffer_release(&text);
	buffer_release(&signature);
	buffer_release(&said);
	return error;
}
