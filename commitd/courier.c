/*
 * Runs Git's programs as the owner of the upstream: see courier.h. Takes nothing
 * from who asks but which of the programs it is, the version of Git's protocol and
 * the files to read and write; the folder and its owner are known from the start.
 */
#include "commitd/courier.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"

#define ASKED_MOST	8	/* words of a command */
#define NOT_STARTED	127
#define NAME		"orch-courier"
#define FILES		4	/* standard input, output, error, and where the answer goes */

struct courier { const char *folder; bool known; uid_t uid; gid_t gid; };
struct request { unsigned char what, version; };

static const struct { const char *name, *words[ASKED_MOST]; } programs[] = {
	{ "upload-pack", { "upload-pack", "", NULL } },
	{ "receive-pack", { "receive-pack", "", NULL } },
	{ "receive-pack-keep", { "-c", "receive.unpackLimit=1", "receive-pack", "", NULL } },
	/* Not git: what it has written is on the disk, folders included, which it syncs none of. */
	{ "settle", { NULL } },
	{ "worktrees", { "-C", "", "worktree", "list", "--porcelain", NULL } },
};

/* All rights but the owner's are given up, for good. */
static bool
become_owner(const struct courier *courier)
{
	const struct passwd *user = getpwuid(courier->uid);

	if ((user != NULL ? initgroups(user->pw_name, courier->gid) :
	    setgroups(1, &courier->gid)) == -1)
		return false;
	return setresgid(courier->gid, courier->gid, courier->gid) == 0 &&
	    setresuid(courier->uid, courier->uid, courier->uid) == 0 &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    (courier->uid == 0 || setuid(0) == -1);
}

bool
courier_is_bare(const char *folder)
{
	char *head = str_format("%s/HEAD", folder), *objects = str_format("%s/objects", folder);
	size_t len = strlen(folder);
	bool bare = access(head, F_OK) == 0 && access(objects, F_OK) == 0 &&
	    (len < 5 || !str_same(folder + len - 5, "/.git"));

	free(head);
	free(objects);
	return bare;
}

/* An exit status. */
static int
settle(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd == -1 || syncfs(fd) == -1;
}

/* The child: becomes git at the upstream. */
static void
become_git(const struct courier *courier, const struct request *request, const int files[FILES],
    pid_t parent)
{
	/* Above what the repository itself says; its owner's hooks run as for any push to it. */
	const char *const first[] = { "git", "-c", "safe.directory=*", "-c",
	    "core.fsmonitor=false", "-c", courier_is_bare(courier->folder) ?
	    "safe.bareRepository=all" : "core.hooksPath=/dev/null", "-c", COURIER_SYNCED,
	    "-c", COURIER_METHOD };
	char protocol[32], path[] = "PATH=/usr/local/bin:/usr/bin:/bin", home[] = "HOME=/nonexistent",
	    language[] = "LC_ALL=C", system[] = "GIT_CONFIG_NOSYSTEM=1",
	    global[] = "GIT_CONFIG_GLOBAL=/dev/null", attributes[] = "GIT_ATTR_NOSYSTEM=1",
	    replace[] = "GIT_NO_REPLACE_OBJECTS=1";
	char *environment[] = { path, home, language, system, global, attributes, replace, protocol,
	    NULL }, *words[COUNT(first) + ASKED_MOST] = { NULL };
	const char *const *asked = programs[request->what].words;
	sigset_t none;
	size_t i;

	for (i = 0; i < COUNT(first); i++)
		words[i] = str_dup(first[i]);
	for (i = 0; asked[i] != NULL; i++)
		words[COUNT(first) + i] = str_dup(asked[i][0] != '\0' ? asked[i] : courier->folder);
	snprintf(protocol, sizeof(protocol), "GIT_PROTOCOL=version=%u", request->version);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setpgid(0, 0);
	for (i = 0; i < 3; i++)
		if (dup2(files[i], (int)i) == -1)
			_exit(NOT_STARTED);
	close_range(3, ~0u, 0);
	if (chdir("/") == -1 || !become_owner(courier))
		_exit(NOT_STARTED);
	if (asked[0] == NULL)
		_exit(settle(courier->folder));
	/* Forgotten when the user changes. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() == parent)
		execvpe("git", words, environment);
	_exit(NOT_STARTED);
}

/* One request, in a process of its own: ends git when nobody waits for it any more. */
static void
run(const struct courier *courier, const struct request *request, const int files[FILES])
{
	struct pollfd wait[2] = { { files[FILES - 1], 0, 0 }, { -1, POLLIN, 0 } };
	pid_t parent = getpid(), pid;
	unsigned char answer = NOT_STARTED;
	int status = 0;
	size_t i;

	signal(SIGCHLD, SIG_DFL);
	pid = fork();
	if (pid == 0)
		become_git(courier, request, files, parent);
	/* Git alone holds them: their ends are told by its end. */
	for (i = 0; i < FILES - 1; i++)
		close(files[i]);
	if (pid > 0) {
		wait[1].fd = pidfd_open(pid, 0);
		while (wait[1].fd != -1 && poll(wait, 2, -1) == -1 && errno == EINTR)
			;
		if (wait[0].revents != 0 && wait[1].revents == 0)
			kill(-pid, SIGTERM);
		while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
			;
		if (WIFEXITED(status))
			answer = (unsigned char)WEXITSTATUS(status);
	}
	send(files[FILES - 1], &answer, 1, MSG_NOSIGNAL);
	_exit(0);
}

/* The next request; false at the end, with no files when it was no request. */
static bool
receive(int socket, struct request *request, int files[FILES])
{
	union { struct cmsghdr align; char bytes[CMSG_SPACE(FILES * sizeof(int))]; } control;
	struct iovec data = { request, sizeof(*request) };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes,
	    .msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *header;
	ssize_t len;
	size_t i;

	files[0] = -1;
	do
		len = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	while (len == -1 && errno == EINTR);
	if (len <= 0)
		return false;
	header = CMSG_FIRSTHDR(&message);
	if (header == NULL || header->cmsg_type != SCM_RIGHTS)
		return true;
	if (header->cmsg_len == CMSG_LEN(FILES * sizeof(int)))
		memcpy(files, CMSG_DATA(header), FILES * sizeof(int));
	if (files[0] != -1 && (len != (ssize_t)sizeof(*request) || request->what >= COUNT(programs) ||
	    request->version > 2)) {
		for (i = 0; i < FILES; i++)
			close(files[i]);
		files[0] = -1;
	}
	return true;
}

/* Whose folder is it? Once it was there, that stays so. */
static bool
find_owner(struct courier *courier)
{
	struct stat st;

	if (!courier->known && stat(courier->folder, &st) == 0) {
		courier->known = true;
		courier->uid = st.st_uid;
		courier->gid = st.st_gid;
	}
	return courier->known;
}

/* The courier's whole life. */
static void
serve(struct courier *courier, int socket)
{
	struct request request;
	int files[FILES];
	pid_t pid;
	size_t i;

	prctl(PR_SET_NAME, NAME);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	while (receive(socket, &request, files)) {
		if (files[0] == -1)
			continue;
		/* Without one who asks is told that nothing was started. */
		pid = find_owner(courier) ? fork() : -1;
		if (pid == 0) {
			close(socket);
			run(courier, &request, files);
		}
		for (i = 0; i < FILES; i++)
			close(files[i]);
	}
	_exit(0);
}

int
courier_start(const char *upstream, bool another, char *name)
{
	struct courier courier = { .folder = upstream };
	int ends[2], held;
	pid_t pid;

	if (geteuid() != 0 || upstream == NULL ||
	    (find_owner(&courier) && courier.uid == 0 && !another))
		return -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1 || (pid = fork()) == -1)
		fatal("courier");
	if (pid == 0) {
		if ((held = fcntl(ends[1], F_DUPFD_CLOEXEC, 3)) == -1 || dup3(held, 3, O_CLOEXEC) == -1)
			_exit(1);
		close_range(4, ~0u, 0);
		if (strlen(name) >= strlen(NAME))
			memcpy(name + strlen(name) - strlen(NAME), NAME, strlen(NAME));
		serve(&courier, 3);
	}
	close(ends[1]);
	/* Above the fixed numbers of a child. */
	held = fcntl(ends[0], F_DUPFD_CLOEXEC, FD_PROGRAM + 1);
	if (held == -1)
		fatal("courier");
	close(ends[0]);
	log_debug("event=courier uid=%d pid=%d", courier.known ? (int)courier.uid : -1, (int)pid);
	return held;
}

int
courier_ask(const char *what)
{
	union { struct cmsghdr align; char bytes[CMSG_SPACE(FILES * sizeof(int))]; } control = { 0 };
	const char *protocol = getenv("GIT_PROTOCOL");
	struct request request = { 0 };
	struct iovec data = { &request, sizeof(request) };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes,
	    .msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int files[FILES] = { 0, 1, 2, -1 }, ends[2];
	unsigned char answer = NOT_STARTED;

	while (request.what < COUNT(programs) && !str_same(programs[request.what].name, what))
		request.what++;
	if (protocol != NULL && sscanf(protocol, "version=%hhu", &request.version) != 1)
		request.version = 0;
	if (request.what == COUNT(programs) ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == -1)
		return NOT_STARTED;
	files[FILES - 1] = ends[1];
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(files));
	memcpy(CMSG_DATA(header), files, sizeof(files));
	if (sendmsg(FD_COURIER, &message, MSG_NOSIGNAL) == -1)
		return NOT_STARTED;
	close(ends[1]);
	/* Git alone has these now, so that its end is seen by who reads and writes. */
	close_range(0, 1, 0);
	while (recv(ends[0], &answer, 1, 0) == -1 && errno == EINTR)
		;
	return answer;
}
