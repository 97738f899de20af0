#!/bin/sh
# Mounts in namespaces of its own: covers taken away, read-only made writable,
# overlays and binds over others.
. "$(dirname "$0")/lib.sh" <<'AGENT'
shell 'read-only no more' "unshare -rm sh -c 'mount -o remount,bind,rw /var && echo x >$OUTSIDE/precious'"
shell 'covers away' "unshare -rm sh -c 'umount $STATE && test -e $STATE/version'"
shell 'lazily' "unshare -rm sh -c 'umount -l $STATE; test -e $STATE/version'"
shell 'bound elsewhere' "unshare -rm sh -c 'mkdir /tmp/m; mount --rbind / /tmp/m; umount /tmp/m$STATE; test -e /tmp/m$STATE/version'"
shell 'not recursively' "unshare -rm sh -c 'mkdir /tmp/n; mount --bind /var /tmp/n && test -e /tmp/n${STATE#/var}/version'"
shell 'objects' "unshare -rm sh -c 'mount -o remount,bind,rw /run/orch/objects && touch /run/orch/objects/x'"
shell 'an overlay over the objects' "unshare -rm sh -c 'mkdir /tmp/u /tmp/w; mount -t overlay -o lowerdir=/run/orch/objects,upperdir=/tmp/u,workdir=/tmp/w none /run/orch/objects && touch /run/orch/objects/x'; test -e /run/orch/objects/x"
shell 'the disk itself' 'unshare -rm sh -c "mount -t ext4 /dev/vda /mnt"'
try 'without a namespace' mount -o remount,rw /
try 'pivot_root' pivot_root / /
try 'chroot' chroot /proc/1/root test -e "$STATE/version"
try 'another namespace' nsenter -t 1 -m test -e "$STATE/version"
# What each mount lets through: no set-uid bits, no devices but those of /dev.
shell 'a mount with set-uid files' 'awk "{ print \$6 }" /proc/self/mountinfo | grep -v nosuid'
shell 'a mount with devices' 'grep -Ev " (/dev/(null|zero|full|random|urandom|tty|pts)|/proc) [^ ]*,?(rw|ro)" /proc/self/mountinfo | awk "{ print \$6 }" | grep -v nodev'
for folder in / /dev /etc /usr /proc/sys /home /run/orch/objects; do
	shell "a file in $folder" "echo x >${folder%/}/planted"
done
shell 'nothing that can be used in /dev' '! { echo x >/dev/null && head -c 1 /dev/urandom >/dev/null && [ -w /dev/shm ]; }'
AGENT
attack
