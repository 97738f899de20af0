/* What the machine itself has: see doctor.h. */
#include "orchctl/doctor.h"

#include <errno.h>
#include <linux/landlock.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "orchctl/locate.h"
#include "orchctl/process.h"
#include "protocol/mem.h"

#define LANDLOCK_LEAST	2	/* as in fence/inside.h */
#define LANDLOCK_SCOPES	6	/* it knows abstract sockets */
#define GIT_MAJOR	2	/* merge-tree --write-tree came with 2.38 */
#define GIT_MINOR	38

void
doctor_report(struct doctor *doctor, const char *name, enum check_state state, char *found,
    const char *remedy)
{
	doctor->checks = mem_resize(doctor->checks, doctor->count + 1, sizeof(*doctor->checks));
	doctor->checks[doctor->count++] = (struct check){ name, state, found, str_dup(remedy) };
}

static void
check_kernel(struct doctor *doctor)
{
	struct utsname name;

	if (uname(&name) == 0)
		doctor_report(doctor, "kernel", CHECK_NOTE,
		    str_format("%s %s %s", name.sysname, name.release, name.machine), NULL);
}

static void
check_programs(struct doctor *doctor)
{
	static const char *const programs[] = { "orchd", "orch-worker", "orch-commitd", "orch-collect",
	    "orch-fence" };
	struct buffer missing;
	char *path;
	size_t i;

	buffer_init(&missing);
	for (i = 0; i < COUNT(programs); i++) {
		path = locate_program(programs[i]);
		if (path == NULL)
			buffer_format(&missing, "%s%s", missing.len ? ", " : "", programs[i]);
		free(path);
	}
	if (missing.len == 0)
		doctor_report(doctor, "programs", CHECK_GOOD, str_dup("all of them"), NULL);
	else
		doctor_report(doctor, "programs", CHECK_MISSING,
		    str_format("not found: %s", buffer_text(&missing)), "make && make install");
	buffer_release(&missing);
}

static void
check_git(struct doctor *doctor)
{
	const char *const words[] = { "git", "version", NULL };
	char **argv = strs_dup((char *const *)(uintptr_t)words), *output;
	unsigned major = 0, minor = 0;
	int status = process_run(argv, &output, true);

	if (status != 0 || sscanf(output, "git version %u.%u", &major, &minor) != 2)
		doctor_report(doctor, "git", CHECK_MISSING, str_dup("not found"), "apt-get install git");
	else if (major < GIT_MAJOR || (major == GIT_MAJOR && minor < GIT_MINOR))
		doctor_report(doctor, "git", CHECK_MISSING, str_format("%u.%u; %d.%d or later is needed",
		    major, minor, GIT_MAJOR, GIT_MINOR), "apt-get install git");
	else
		doctor_report(doctor, "git", CHECK_GOOD, str_dup(output + strlen("git version ")), NULL);
	strs_free(argv);
	free(output);
}

/* A program of the system that answers --version. */
static void
check_tool(struct doctor *doctor, const char *name, const char *remedy)
{
	const char *const words[] = { name, "--version", NULL };
	char **argv = strs_dup((char *const *)(uintptr_t)words), *output;
	int status = process_run(argv, &output, true);

	output[strcspn(output, "\n")] = '\0';
	if (status == 0)
		doctor_report(doctor, name, CHECK_GOOD, str_dup(output), NULL);
	else
		doctor_report(doctor, name, CHECK_MISSING, str_dup("not found"), remedy);
	strs_free(argv);
	free(output);
}

/* The first number of a file, or `otherwise`. */
static long
number_in(const char *path, long otherwise)
{
	FILE *stream = fopen(path, "re");
	long number;

	if (stream == NULL)
		return otherwise;
	if (fscanf(stream, "%ld", &number) != 1)
		number = otherwise;
	fclose(stream);
	return number;
}

/* In a child, because a process cannot leave its new user namespace. */
static int
try_user_namespace(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID) == 0 ? 0 : errno);
	while (pid != -1 && waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return errno;
	return pid == -1 ? errno : WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

static void
check_namespaces(struct doctor *doctor)
{
	const char *remedy = "set user.max_user_namespaces above 0 (sysctl), or allow them in the container";
	int error = try_user_namespace();

	if (error == 0) {
		doctor_report(doctor, "namespaces", CHECK_GOOD,
		    str_format("user namespaces work%s", geteuid() == 0 ? "" : " without root"), NULL);
		return;
	}
	if (number_in("/proc/sys/kernel/unprivileged_userns_clone", 1) == 0)
		remedy = "sysctl -w kernel.unprivileged_userns_clone=1";
	else if (number_in("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 0) == 1)
		remedy = "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";
	doctor_report(doctor, "namespaces", CHECK_MISSING,
	    str_format("a user namespace cannot be made: %s", strerror(error)), remedy);
}

/* The second fence. */
static void
check_landlock(struct doctor *doctor)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (version < 0)
		doctor_report(doctor, "Landlock", CHECK_NOTE, str_format("not in this kernel (%s): agents have no second "
		    "fence", strerror(errno)), NULL);
	else
		doctor_report(doctor, "Landlock", version < LANDLOCK_LEAST ? CHECK_NOTE : CHECK_GOOD,
		    str_format("version %ld%s", version, version < LANDLOCK_LEAST ? ", too old: agents have no second "
		    "fence" : version < LANDLOCK_SCOPES ? ", without scopes" : ""), NULL);
}

void
doctor_cgroup(struct doctor *doctor)
{
	FILE *stream = fopen("/proc/self/mountinfo", "re");
	char line[4096], mount[1024] = "", type[64], *dash, *path;
	char controllers[256] = "";

	while (stream != NULL && fgets(line, sizeof(line), stream) != NULL)
		if ((dash = strstr(line, " - ")) != NULL && sscanf(dash, " - %63s", type) == 1 &&
		    strcmp(type, "cgroup2") == 0 &&
		    sscanf(line, "%*s %*s %*s %*s %1023s", mount) == 1)
			break;
	if (stream != NULL)
		fclose(stream);
	if (mount[0] == '\0') {
		doctor_report(doctor, "cgroup v2", CHECK_NOTE, str_dup("not mounted"), NULL);
		return;
	}
	path = str_format("%s/cgroup.controllers", mount);
	if ((stream = fopen(path, "re")) != NULL) {
		if (fgets(controllers, sizeof(controllers), stream) == NULL)
			controllers[0] = '\0';
		controllers[strcspn(controllers, "\n")] = '\0';
		fclose(stream);
	}
	free(path);
	doctor_report(doctor, "cgroup v2", CHECK_NOTE, str_format("mounted at %s, controllers: %s", mount,
	    controllers[0] ? controllers : "none"), NULL);
}

void
doctor_machine(struct doctor *doctor)
{
	check_kernel(doctor);
	check_programs(doctor);
	check_git(doctor);
	check_tool(doctor, "bwrap", "apt-get install bubblewrap");
	check_tool(doctor, "stdbuf", "apt-get install coreutils");
	check_namespaces(doctor);
	check_landlock(doctor);
}
