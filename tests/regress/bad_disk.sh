#!/bin/sh
# A full disk: the state folder is on a file system of 48 MB that an agent fills.
# The run ends with a clear reason, nothing that had landed is lost, and with
# room made the same command goes on to the end. Needs root for the mount.
. "$(dirname "$0")/lib.sh"

[ "$(id -u)" = 0 ] || skip "needs root to mount a small file system"
mkdir "$work/disk"
mount -t tmpfs -o size=48m,mode=700 orch-test "$work/disk" 2>"$work/err" || skip "cannot mount: $(cat "$work/err")"
undo() { umount -l "$work/disk"; }
state=$work/disk/state

new_repository "$work/repository"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: before, title: Before, prompt: p, command: [sh, -c, "echo x >before"]}
  - {id: fills, title: Fills, prompt: p, depends_on: [before], command: [sh, -c, "head -c 100000000 /dev/urandom >big || exit 1"]}
  - {id: after, title: After, prompt: p, depends_on: [before], command: [sh, -c, "sleep 1; echo x >after"]}
END
set +e
timeout 120 orchctl run -C "$work/repository" --state "$state" -j 2 --verify none --json "$work/tasks.yaml" >"$work/out" 2>"$work/err" </dev/null
status=$?
set -e
[ $status != 124 ] || { tail -n 20 "$work/out" "$work/err"; fail "it does not end on a full disk"; }
[ $status != 0 ] || fail "a task that filled the disk is complete"
grep -qi "space" "$work/out" "$work/err" || { tail -n 20 "$work/out" "$work/err"; fail "nobody says that there is no space"; }
grep -q '"task.complete".*"before"' "$work/out" || fail "the first task did not land"
ok "ends with $status and says why"

mount -o remount,size=600m "$work/disk"
orchctl run -C "$work/repository" --state "$state" -j 2 --verify none "$work/tasks.yaml" >"$work/out" 2>"$work/err" </dev/null || :
[ "$(in_repository show main:before)" = x ] || fail "what had landed is lost"
[ "$(in_repository show main:after)" = x ] || { tail -n 20 "$work/out" "$work/err"; fail "it does not go on with room made"; }
equal "landed once" 1 "$(in_repository log --format=%B main | grep -c '^Orch-Task: before')"
git -C "$(ls -d "$state"/projects/*/repository.git)" fsck --strict --no-dangling || fail "the repository is damaged"
wait_until 15 nothing_runs || fail "processes are left"
ok "goes on with room made"
