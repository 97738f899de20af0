/* Which calls of the kernel a sandbox may not make: see filter.h. */
#include "filter.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <unistd.h>

#include "protocol/mem.h"

#define CALL(name)	{ #name, SCMP_SYS(name) }

/* Refused with EPERM, as by a kernel that knows us. */
static const struct { const char *name; int number; } refused[] = {
	/* Mounts and roots: the sandbox is how it is. */
	CALL(mount), CALL(umount2), CALL(pivot_root), CALL(chroot), CALL(move_mount), CALL(open_tree),
	CALL(fsopen), CALL(fsmount), CALL(fsconfig), CALL(fspick), CALL(mount_setattr),
	/* Namespaces of others. */
	CALL(setns),
	/* Keys, which belong to the user and not to a namespace. */
	CALL(add_key), CALL(request_key), CALL(keyctl),
	/* Programs and measurements in the kernel. */
	CALL(bpf), CALL(perf_event_open), CALL(userfaultfd), CALL(fanotify_init),
	CALL(lookup_dcookie),
	/* The machine. */
	CALL(reboot), CALL(kexec_load), CALL(kexec_file_load), CALL(init_module), CALL(finit_module),
	CALL(delete_module), CALL(swapon), CALL(swapoff), CALL(acct), CALL(quotactl), CALL(syslog),
	CALL(settimeofday), CALL(clock_settime), CALL(clock_adjtime), CALL(adjtimex), CALL(stime),
	CALL(iopl), CALL(ioperm), CALL(nfsservctl), CALL(vhangup), CALL(open_by_handle_at),
	CALL(sethostname), CALL(setdomainname),
};

/* Refused with ENOSYS, so that who calls it takes the older way. */
static const int unknown[] = {
	/* Its flags lie in memory, where no filter looks: clone(2) is asked instead. */
	SCMP_SYS(clone3),
	/* Calls made in a queue, of which none passes here. */
	SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register),
};

#define NAMESPACES	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | \
			    CLONE_NEWUTS | CLONE_NEWCGROUP | 0x80 /* CLONE_NEWTIME */)

/* One rule for each namespace: a masked comparison asks for all of its bits. */
static int
refuse_namespaces(scmp_filter_ctx context, int call, unsigned argument)
{
	uint64_t bit;
	int error = 0;

	for (bit = 1; error == 0 && bit != 0 && bit <= NAMESPACES; bit <<= 1)
		if (bit & NAMESPACES)
			error = seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), call, 1,
			    SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, bit, bit));
	return error;
}

/* Characters put into the terminal as if they had been typed. */
static int
refuse_typing(scmp_filter_ctx context)
{
	static const unsigned requests[] = { TIOCSTI, TIOCLINUX };
	size_t i;
	int error = 0;

	for (i = 0; error == 0 && i < COUNT(requests); i++)
		error = seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
		    SCMP_CMP(1, SCMP_CMP_MASKED_EQ, 0xffffffffu, requests[i]));
	return error;
}

static int
add_rules(scmp_filter_ctx context)
{
	size_t i;
	int error = 0;

	for (i = 0; error == 0 && i < COUNT(refused); i++)
		error = seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), refused[i].number, 0);
	for (i = 0; error == 0 && i < COUNT(unknown); i++)
		error = seccomp_rule_add(context, SCMP_ACT_ERRNO(ENOSYS), unknown[i], 0);
	if (error == 0)
		error = refuse_namespaces(context, SCMP_SYS(clone), 0);
	if (error == 0)
		error = refuse_namespaces(context, SCMP_SYS(unshare), 0);
	if (error == 0)
		error = refuse_typing(context);
	return error;
}

int
filter_open(void)
{
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
	int fd = -1, error = context == NULL ? -ENOMEM : 0;

	/* A call of another machine's kind (32 bit) is refused as a whole. */
	if (error == 0)
		error = seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(EPERM));
	if (error == 0)
		error = add_rules(context);
	if (error == 0 && (fd = memfd_create("filter", MFD_CLOEXEC)) == -1)
		error = -errno;
	if (error == 0)
		error = seccomp_export_bpf(context, fd);
	if (error == 0 && lseek(fd, 0, SEEK_SET) == -1)
		error = -errno;
	if (context != NULL)
		seccomp_release(context);
	if (error == 0)
		return fd;
	if (fd != -1)
		close(fd);
	errno = -error;
	return -1;
}
