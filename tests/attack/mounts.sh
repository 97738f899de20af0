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
AGENT
attack
