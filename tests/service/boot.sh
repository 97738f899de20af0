#!/bin/sh
# boot.sh FOLDER: this machine's own systemd as PID 1 of fresh namespaces, on a
# view of / in which everything may be written and nothing is kept. guest.sh
# starts it; it must run as root.
#    FOLDER/root      laid over the machine's files before the start
#    FOLDER/state     becomes /var/lib/orch: a real file system, not the view
#    FOLDER/cgroups   the cgroup made here, one a line, for guest.sh to remove
# Killing the process that this becomes ends the guest and all that is in it.
set -eu
folder=$1

if [ "${2:-}" != inside ]; then
	# A cgroup of our own is what the guest sees as the root of all.
	top=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	own=$(sed -n 's/^0:://p' /proc/self/cgroup)
	for old in "$top${own%/}"/orch-service.*; do	# of a test that was killed
		[ ! -d "$old" ] || [ -d "/proc/${old##*.}" ] ||
		    find "$old" -depth -type d -exec rmdir {} + || true
	done
	cgroup=$top${own%/}/orch-service.$$
	mkdir "$cgroup"
	echo "$cgroup" >"$folder/cgroups"
	echo $$ >"$cgroup/cgroup.procs"
	exec unshare --fork --kill-child --pid --mount --propagation private --cgroup --uts --ipc --net \
	    sh "$0" "$folder" inside
fi

# The view: what is written goes to memory.
view=$folder/view
mkdir -p "$view"
mount -t tmpfs -o mode=0755 tmpfs "$view"
mkdir "$view/upper" "$view/work" "$view/root"
cp -a "$folder/root/." "$view/upper"

# Nothing of the machine's own start is wanted.
units=$view/upper/etc/systemd/system
mkdir -p "$units"
: >"$view/upper/etc/fstab"
tr -d - </proc/sys/kernel/random/uuid >"$view/upper/etc/machine-id"
for unit in timers.target paths.target getty.target console-getty.service dev-hugepages.mount \
    sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount \
    systemd-binfmt.service systemd-journald-audit.socket systemd-modules-load.service \
    systemd-networkd.service systemd-random-seed.service systemd-remount-fs.service \
    systemd-resolved.service systemd-sysctl.service systemd-timesyncd.service systemd-udevd.service; do
	ln -s /dev/null "$units/$unit"
done

root=$view/root
mount -t overlay -o "lowerdir=/,upperdir=$view/upper,workdir=$view/work" overlay "$root"
mkdir -p "$root/var/lib/orch"
mount --bind "$folder/state" "$root/var/lib/orch"
mount -t tmpfs -o mode=0755 tmpfs "$root/run"
mount -t tmpfs -o mode=0755 tmpfs "$root/var/log"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"

# Settings of the kernel belong to the machine: /proc/sys cannot be written, but
# for the network, which is the guest's own. The kernel grants a new /proc to a
# user namespace (every agent's sandbox) only where one without such covers is
# to be seen; so a second one stands behind a folder that only root may enter.
mkdir -m 0700 "$root/run/whole-proc"
mkdir "$root/run/whole-proc/proc"
mount -t proc proc "$root/run/whole-proc/proc"
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount --bind "$root/run/whole-proc/proc/sys/net" "$root/proc/sys/net"
[ ! -e "$root/proc/sysrq-trigger" ] || mount --bind /dev/null "$root/proc/sysrq-trigger"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"

dev=$root/dev
mount -t tmpfs -o mode=0755 tmpfs "$dev"
mkdir "$dev/pts" "$dev/shm" "$dev/mqueue"
for node in null zero full random urandom tty; do
	: >"$dev/$node"
	mount --bind "/dev/$node" "$dev/$node"
done
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$dev/shm"
ln -s pts/ptmx "$dev/ptmx"
ln -s /proc/self/fd "$dev/fd"
for stream in 0:stdin 1:stdout 2:stderr; do
	ln -s "/proc/self/fd/${stream%:*}" "$dev/${stream#*:}"
done

mkdir "$root/run/machine"
cd "$root"
pivot_root . run/machine
exec chroot . /bin/sh -c 'cd /; umount -l /run/machine; rmdir /run/machine
    exec env -i container=orch-test LANG=C.UTF-8 \
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	/lib/systemd/systemd --system --unit=basic.target'
