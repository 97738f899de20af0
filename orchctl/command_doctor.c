/*
 * orchctl doctor: what of this machine will be used, what is missing, and the
 * command that mends it. Looks, and changes nothing.
 */
#include <errno.h>
#include <ftw.h>
#include <glob.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "orchctl/commands.h"
#include "orchctl/doctor.h"
#include "orchctl/locate.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/process.h"
#include "orchctl/session.h"
#include "protocol/mem.h"

#define REPLY_MS	10000	/* that a supervisor has to answer */

static int
remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
	(void)info;
	(void)type;
	(void)place;
	return remove(path);
}

/* Where state would be kept: as named, else the default of this user. */
static char *
state_folder(const struct doctor *doctor)
{
	const char *base = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (doctor->state != NULL)
		return str_dup(doctor->state);
	if (base != NULL && base[0] == '/')
		return str_format("%s/orch", base);
	return str_format("%s/.local/state/orch", home != NULL && home[0] == '/' ? home : "/tmp");
}

/* The folder itself or the nearest one above it that is there. */
static char *
nearest(const char *path)
{
	char *folder = str_dup(path), *slash;

	while (access(folder, F_OK) == -1 && (slash = strrchr(folder, '/')) != NULL && slash > folder)
		*slash = '\0';
	if (access(folder, F_OK) == 0)
		return folder;
	free(folder);
	return str_dup(path[0] == '/' ? "/" : ".");
}

static const char *
file_system(const char *path)
{
	static const struct { unsigned long magic; const char *name; } known[] = {
		{ 0xef53, "ext4" }, { 0x58465342, "xfs" }, { 0x9123683e, "btrfs" },
		{ 0x01021994, "tmpfs" }, { 0x794c7630, "overlay" }, { 0x6969, "nfs" },
		{ 0x2fc12fc1, "zfs" }, { 0xf2f52010, "f2fs" }, { 0x65735546, "fuse" },
		{ 0x01021997, "9p" }, { 0xff534d42, "cifs" },
	};
	struct statfs info;
	size_t i;

	if (statfs(path, &info) == -1)
		return "unknown file system";
	for (i = 0; i < COUNT(known); i++)
		if ((unsigned long)info.f_type == known[i].magic)
			return known[i].name;
	return "another file system";
}

static void
check_folder(struct doctor *doctor, const char *name, const char *path)
{
	char *there = nearest(path);
	struct statvfs info = { 0 };

	statvfs(there, &info);
	if (access(there, W_OK | X_OK) == 0)
		doctor_report(doctor, name, CHECK_GOOD, str_format("%s: %s, %ju MiB free", path,
		    file_system(there), (uintmax_t)info.f_bavail * info.f_frsize >> 20), NULL);
	else
		doctor_report(doctor, name, CHECK_MISSING, str_format("%s: %s", there, strerror(errno)),
		    "make it yours (chown), or name another one with --state DIR");
	free(there);
}

/* Whose number agents have, as root. */
static void
check_users(struct doctor *doctor, char *users)
{
	users[strcspn(users, "\n")] = '\0';
	if (strncmp(users, "root: ", 6) == 0)
		doctor_report(doctor, "users of agents", CHECK_NOTE, str_format("root's, for %s", users + 6),
		    "keep the state folder on ext4, xfs or btrfs");
	else if (geteuid() == 0)
		doctor_report(doctor, "users of agents", CHECK_GOOD, str_dup("one for each slot"), NULL);
}

/* What the worker itself says, tried where the workspaces would be. */
static void
check_workspaces(struct doctor *doctor, const char *state)
{
	char *worker = locate_program("orch-worker"), *there = nearest(state);
	char *folder = str_format("%s/.doctor-XXXXXX", there), *output = NULL, *users;
	int status;

	if (worker != NULL && mkdtemp(folder) != NULL) {
		const char *const words[] = { worker, "--probe", folder, NULL };
		char **argv = strs_dup((char *const *)(uintptr_t)words);

		status = process_run(argv, &output, false);
		if ((users = strstr(output, "\nusers: ")) != NULL)
			*users = '\0';
		if (users != NULL)
			check_users(doctor, users + strlen("\nusers: "));
		if (status != 0)
			doctor_report(doctor, "workspaces", CHECK_MISSING, output[0] ? str_dup(output) :
			    str_format("orch-worker --probe ended with %d", status),
			    "see the checks above; without a sandbox agents run only where orch.yaml has sandbox: none");
		else
			doctor_report(doctor, "workspaces", strcmp(output, "overlay") == 0 ? CHECK_GOOD :
			    CHECK_NOTE, str_dup(output), NULL);
		strs_free(argv);
		nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	}
	free(worker);
	free(there);
	free(folder);
	free(output);
}

/* What only a sandbox needs is not missed where there is none. */
static void
excuse(struct doctor *doctor)
{
	static const char *const names[] = { "bwrap", "namespaces", "workspaces" };
	size_t i, j;

	for (i = 0; i < doctor->count; i++)
		for (j = 0; j < COUNT(names); j++)
			if (doctor->checks[i].state == CHECK_MISSING && str_same(doctor->checks[i].name, names[j]))
				doctor->checks[i].state = CHECK_NOTE;
}

/* What agents run in, and what holds their limits. */
static void
check_status(struct doctor *doctor, const struct reply_status *status)
{
	const struct record_project_row *projects = status->projects.items;
	size_t i;

	if (str_same(status->sandbox, "none")) {
		doctor_report(doctor, "sandbox", CHECK_NOTE, str_dup("none, as the project's configuration says: "
		    "agents have all rights of the user who runs orch"), "sandbox: bubblewrap in orch.yaml");
		excuse(doctor);
	} else if (status->sandbox != NULL) {
		doctor_report(doctor, "sandbox", CHECK_GOOD, str_dup(status->sandbox), NULL);
	}
	for (i = 0; i < status->projects.count; i++)
		if (projects[i].why != NULL || projects[i].stalled != NULL)
			doctor_report(doctor, "project", CHECK_NOTE, str_format("%s: %s%s", projects[i].name,
			    projects[i].why != NULL ? "is not open: " : "what is to land waits: ",
			    projects[i].why != NULL ? projects[i].why : projects[i].stalled), NULL);
	if (status->limits != NULL)
		doctor_report(doctor, "limits by", strncmp(status->limits, "cgroup ", 7) == 0 ? CHECK_GOOD :
		    CHECK_NOTE, str_dup(status->limits), NULL);
}

/* What a supervisor tells of its agents, and what is left behind. */
static void
check_supervisor(struct doctor *doctor, struct session *session)
{
	const struct msg_leak_list older = { .older = KEPT_SECONDS };
	const struct msg_status all = { .all = true };
	struct reply_leak_list leaks;
	struct reply_status status;
	struct arena arena;
	size_t i;

	arena_init(&arena);
	if (session_request(session, MSG_status, &all, &status, &arena, REPLY_MS) == ERROR_NONE)
		check_status(doctor, &status);
	if (session_request(session, MSG_leak_list, &older, &leaks, &arena, REPLY_MS) != ERROR_NONE)
		doctor_report(doctor, "left behind", CHECK_NOTE, str_dup("the supervisor does not say"), NULL);
	else if (strs_count(leaks.leaks) == 0)
		doctor_report(doctor, "left behind", CHECK_GOOD, str_dup("nothing"), NULL);
	else
		for (i = 0; i < strs_count(leaks.leaks); i++)
			doctor_report(doctor, "left behind", CHECK_NOTE, str_dup(leaks.leaks[i]),
			    i == 0 ? "orchctl prune" : NULL);
	arena_release(&arena);
}

/* One that can be reached; that there is none is no fault. */
static void
ask_supervisor(struct doctor *doctor, const struct context *context)
{
	char *path = NULL, *why = NULL;
	int fd = locate_supervisor(context->socket, context->state, &path, &why);
	struct session session;

	if (fd != -1 && session_start(&session, fd) == ERROR_NONE)
		check_supervisor(doctor, &session);
	else
		doctor_report(doctor, "limits by", CHECK_NOTE, str_dup("known by a supervisor alone, and so is what "
		    "is left behind: none is reached"), NULL);
	if (fd != -1)
		session_close(&session);
	free(path);
	free(why);
}

/* nftw(3) takes no context. */
static uintmax_t counted_bytes;

static int
count_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
	(void)path;
	(void)place;
	if (type != FTW_NS)
		counted_bytes += (uintmax_t)info->st_blocks * 512;
	return 0;
}

/* MiB on the disk below a folder; what cannot be looked at counts as nothing. */
static uintmax_t
count_folder(const char *path)
{
	counted_bytes = 0;
	nftw(path, count_entry, 16, FTW_PHYS | FTW_MOUNT);
	return (counted_bytes + 1048575) >> 20;
}

/* What all workspaces share: the checkouts that orch-commitd makes, and what setup made. */
static void
check_shared(struct doctor *doctor, const char *state)
{
	char *pattern = str_format("%s/projects/*/trees", state), *prepared = str_format("%s/prepared", state);
	uintmax_t trees = 0;
	glob_t found;
	size_t i;

	if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0) {
		for (i = 0; i < found.gl_pathc; i++)
			trees += count_folder(found.gl_pathv[i]);
		globfree(&found);
		doctor_report(doctor, "shared files", CHECK_NOTE, str_format("checkouts %ju MiB, made by setup %ju MiB",
		    trees, count_folder(prepared)), NULL);
	}
	free(prepared);
	free(pattern);
}

int
command_doctor(struct context *context, int argc, char **argv)
{
	struct doctor doctor = { 0 };
	int status;
	char *state;
	size_t i;

	if (!options_common(context, argc, argv, 0, 0, &status))
		return status;
	doctor.state = context->state;
	state = state_folder(&doctor);
	doctor_machine(&doctor);
	check_folder(&doctor, "/tmp", "/tmp");
	check_folder(&doctor, "state", state);
	check_workspaces(&doctor, state);
	check_shared(&doctor, state);
	doctor_cgroup(&doctor);
	ask_supervisor(&doctor, context);
	context->printer->checks(doctor.checks, doctor.count);
	for (i = 0; i < doctor.count; i++) {
		if (doctor.checks[i].state == CHECK_MISSING)
			status = EXIT_UNFINISHED;
		free(doctor.checks[i].found);
		free(doctor.checks[i].remedy);
	}
	free(doctor.checks);
	free(state);
	return status;
}
