#!/bin/sh
# A machine without /etc/gshadow: root's agents with root's number run there as well.
if [ "$(id -u)" = 0 ] && [ -z "${ORCH_TEST_MOUNTS:-}" ]; then
	# An /etc for this test alone.
	exec unshare --mount --propagation private env ORCH_TEST_MOUNTS=1 sh "$0"
fi
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || skip "skipped: needs root"

undo() { umount /etc; }
cp -a /etc "$work/etc"
rm -f "$work/etc/gshadow"
mkdir "$work/state"
mount --bind "$work/etc" /etc
[ ! -e /etc/gshadow ] || fail "it is there"
expect 0 "$build/libexec/orch-worker" --probe "$work/state"
! grep refused "$work/out" || fail "no sandbox"
ok "$(head -n 1 "$work/out")"
