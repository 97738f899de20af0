#!/bin/sh
# A service whose upstream is somebody's checkout of the branch lands beside it; status says
# where that is, until the branch has caught up.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/orch.yaml" <<END
version: 1
slots: 1
state: $state
runtime: $work/run/orch
projects:
  p: {upstream: $work/repository, branch: main, verify: none}
END
start_service
ctl 0 status
grep -q '^branch       main' "$work/out" || fail "no branch: $(cat "$work/out")"
! grep -q 'orch/main' "$work/out" || fail "nothing has landed: $(cat "$work/out")"
ctl 0 add --id a -- sh -c "echo 1 >a"
ctl 0 wait a
aside() { ask status | grep -q "^branch       main at .*; in the upstream that is orch/main, for main is checked out there (git merge orch/main)"; }
wait_until 30 aside || { ask status; in_repository branch -a; fail "it is not said where it is"; }
ctl 0 --json status
has "$work/out" '"aside":"orch/main"'
in_repository pack-refs --all
[ ! -e "$work/repository/.git/refs/heads/orch/main" ] || fail "it is not packed"
aside || { ask status; fail "it is not said once the references are packed"; }
in_repository merge -q --ff-only orch/main
[ -e "$work/repository/a" ] || fail "it is not there"
! aside || { ask status; fail "it is where it belongs"; }
ctl 0 add --id b -- sh -c "echo 2 >b"
ctl 0 wait b
wait_until 30 aside || { ask status; fail "what came next is not said"; }
stop_service
nothing_left
