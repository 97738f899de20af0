#!/bin/sh
# What the exit status of an agent means: 75 is tried again when the branch has
# moved and never counts as a failure; 77 is BLOCKED with the last line of the
# output; anything else is tried again a bounded number of times, as is a time
# limit, whether the agent ends at TERM or ignores it; changing nothing is BLOCKED
# unless the task says diff: optional.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: waits, title: Waits, prompt: p, priority: 0, command: [sh, -c, "test -e made || exit 75; echo x >waited"]}
  - {id: makes, title: Makes, prompt: p, command: [sh, -c, "sleep 1; echo x >made"]}
  - {id: blocked, title: Blocked, prompt: p, command: [sh, -c, "echo one; echo two >&2; echo I need a decision; exit 77"]}
  - {id: fails, title: Fails, prompt: p, command: [sh, -c, "echo work >work-$ORCH_ATTEMPT; echo it broke; exit 3"]}
  - {id: recovers, title: Recovers, prompt: p, command: [sh, -c, "[ $ORCH_ATTEMPT = 3 ] || kill -9 $$; echo x >recovered"]}
  - {id: slow, title: Slow, prompt: p, timeout: 1s, command: [sh, -c, "echo partial >partial; [ $ORCH_ATTEMPT != 1 ] || trap '' TERM; sleep 60 & sleep 60; sleep 60"]}
  - {id: nothing, title: Nothing, prompt: p, command: ["true"]}
  - {id: optional, title: Optional, prompt: p, diff: optional, command: ["true"]}
  - {id: promise, title: Promise, prompt: p, completion_promise: ALL-DONE, command: [sh, -c, "echo x >promised; echo ALL-DONE"]}
  - {id: silent, title: Silent, prompt: p, completion_promise: ALL-DONE, command: [sh, -c, "echo x >unpromised"]}
END
orch 1 -j 4 --verify none --json "$work/tasks.yaml"
state_of() { sed -n "s/.*\"event\":\"task\.\(complete\|blocked\|cancelled\)\".*\"task\":\"$1\".*/\1/p" "$work/out"; }
starts_of() { grep '"task.start"' "$work/out" | grep -c "\"task\":\"$1\""; }
reason_of() { grep '"task.blocked"' "$work/out" | grep "\"task\":\"$1\"" >"$work/reason"; }

equal waits complete "$(state_of waits)"
[ -e "$work/repository/waited" ] || fail "75 was not tried again"
equal blocked blocked "$(state_of blocked)"
equal "attempts of 77" 1 "$(starts_of blocked)"
reason_of blocked; has "$work/reason" "I need a decision"
equal fails blocked "$(state_of fails)"
equal "attempts of a failure" 3 "$(starts_of fails)"
reason_of fails; has "$work/reason" "it broke"
equal recovers complete "$(state_of recovers)"
equal slow blocked "$(state_of slow)"
reason_of slow; has "$work/reason" "time"
equal nothing blocked "$(state_of nothing)"
equal "attempts without a change" 1 "$(starts_of nothing)"
equal optional complete "$(state_of optional)"
equal promise complete "$(state_of promise)"
equal silent blocked "$(state_of silent)"
[ ! -e "$work/repository/unpromised" ] || fail "landed without its promise"
ok "states and reasons"

# What failed attempts left is kept.
store=$(ls -d "$state"/projects/*/repository.git)
equal "kept attempts of a failure" 3 "$(git -C "$store" for-each-ref refs/orch/attempts/fails | wc -l)"
git -C "$store" cat-file -e refs/orch/attempts/fails/2:work-2 || fail "the work of a failed attempt is lost"
git -C "$store" cat-file -e refs/orch/attempts/slow/1:partial || fail "the work of a stopped attempt is lost"
nothing_left
ok "what they left is kept"
