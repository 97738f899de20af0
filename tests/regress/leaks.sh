#!/bin/sh
# What is left behind is listed by orchctl doctor and removed by orchctl prune: the folder of
# a slot that is configured no more, a process that holds its lock, a stale socket, and as
# root a mount and a cgroup. What belongs to an attempt under way, and work that could not be
# collected, is neither listed nor touched.
if [ "$(id -u)" = 0 ] && [ -z "${ORCH_TEST_MOUNTS:-}" ]; then
	# A mount of this test is seen by nobody else.
	exec unshare --mount --propagation private env ORCH_TEST_MOUNTS=1 sh "$0"
fi
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
if [ "$(id -u)" = 0 ]; then
	. "$(dirname "$0")/cgroup_lib.sh"
	undo() {
		umount "$state/slots/1/mount" 2>/dev/null
		[ -z "${other:-}" ] || remove_cgroup "$other"
		undo_cgroup
	}
	new_cgroup
	say "cgroup: $cgroup" >>"$work/orch.yaml"
fi
sed -i 's/slots: 1/slots: 3/' "$work/orch.yaml"
start_service
slots_are_there() { [ -e "$state/slots/1/lock" ] && [ -e "$state/slots/2/lock" ]; }
wait_until 20 slots_are_there || fail "no slots"
ctl 0 add --id done --prompt p -- sh -c 'echo done >done.txt'
ctl 0 wait --timeout 60 done
stop_service
sed -i 's/slots: 3/slots: 1/' "$work/orch.yaml"
start_service
ctl 0 add --id runs --prompt p -- sh -c 'echo begun; until test -e ~/go; do sleep 0.1; done; echo runs >runs.txt'
begun() { ask logs runs 2>/dev/null | grep -q begun; }
wait_until 30 begun || fail "it does not run"

left() { ask doctor | sed -n 's/^left behind  *[a-z][a-z]*  *//p' >"$work/left"; }
# No folder, then, of what was there; those of slots that are there no more are all.
left
equal "what is left" "slot folder $state/slots/1: no slot has this name
slot folder $state/slots/2: no slot has this name" "$(sort "$work/left")"

# ---- more of each kind
mkdir -p "$state/slots/9/kept-3"
say precious >"$state/slots/9/kept-3/file"
flock "$state/slots/2/lock" sleep 1000 &
holder=$!
children="$children $holder"
holds() { ! flock -n "$state/slots/2/lock" true; }
wait_until 10 holds || fail "the lock is not held"
perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un(shift)) or die' \
    "$work/run/orch/slot-1.sock" || fail "no socket"
wanted="process|socket $work/run/orch/slot-1.sock|slot folder $state/slots/1:"
if [ -n "${cgroup:-}" ]; then
	mkdir "$state/slots/1/mount"
	mount -t tmpfs orch-leak "$state/slots/1/mount"
	old=$(slot_cgroup 0) old=${old%0}1
	mkdir "$old"
	sh -c 'echo $$ >"$1/cgroup.procs"; exec sleep 1000' sh "$old" &
	children="$children $!"
	inside() { grep -q . "$old/cgroup.procs"; }
	wait_until 10 inside || fail "nothing is in the cgroup"
	# One of another folder of cgroups: its record says where it was.
	other=$cgroup_top${cgroup_own%/}/${work##*/}-other-slot-2
	mkdir "$other"
	printf %s "$other" >"$state/slots/2/cgroup"
	wanted="$wanted|mount $state/slots/1/mount:|cgroup $old:"
fi
left
set -f
IFS='|'
for line in $wanted; do has "$work/left" "$line"; done
unset IFS
set +f
! grep -F "slots/9" "$work/left" || fail "work that could not be collected is listed"
! grep -F "slots/0" "$work/left" || fail "what is in use is listed"
! grep -F "slot-0" "$work/left" || fail "what is in use is listed"
ctl 0 --json doctor
has "$work/out" '"check":"left behind"'
ok "listed: $(wc -l <"$work/left")"

# ---- all of it goes, and nothing else
ctl 0 prune
has "$work/out" "things that were left behind"
nothing_is_left() { ask prune >/dev/null && left && grep -qx nothing "$work/left"; }
wait_until 20 nothing_is_left || fail "left: $(cat "$work/left")"
equal "slots" "0 9 v0" "$(ls "$state/slots" | xargs)"
equal "what could not be collected" precious "$(cat "$state/slots/9/kept-3/file")"
[ ! -e "$work/run/orch/slot-1.sock" ] || fail "the socket is there"
[ -e "$work/run/orch/slot-0.sock" ] || fail "the socket of a slot in use is gone"
! kill -0 "$holder" 2>/dev/null || ! grep -q sleep "/proc/$holder/cmdline" 2>/dev/null || fail "the process lives"
if [ -n "${cgroup:-}" ]; then
	equal "cgroups of slots" 0 "$(slot_cgroups)"
	[ ! -d "$other" ] || fail "the cgroup of another folder is there"
	! grep orch-leak /proc/self/mounts || fail "the mount is there"
fi
touch "$state/projects/p/homes/runs/go"
ctl 0 wait --timeout 60 runs
equal "landed" runs "$(git -C "$work/up.git" show main:runs.txt)"
equal "and before" done "$(git -C "$work/up.git" show main:done.txt)"
ok "removed, and the one that runs has landed"
stop_service
nothing_left
