#!/bin/sh
# The gate: a tree whose verify command is red never lands; the task is done
# again with the gate's output as feedback, a bounded number of times, then
# BLOCKED; two changes that are green alone and red together do not both land;
# a task's own verify counts instead of the project's.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: learns, title: Learns, prompt: p, command: [sh, -c, "if [ $ORCH_ATTEMPT = 1 ] && [ $ORCH_ITERATION = 1 ]; then echo bad >value; else grep value-is-bad \"$ORCH_FEEDBACK_FILE\" >seen; echo good >value; fi"]}
  - {id: never, title: Never, prompt: p, command: [sh, -c, "echo $ORCH_ATTEMPT $ORCH_ITERATION >>broken"]}
  - {id: fine, title: Fine, prompt: p, command: [sh, -c, "echo fine >fine"]}
END
verify='if grep -qs bad value; then echo value-is-bad; exit 1; fi; test ! -e broken || { echo the tree is broken; exit 1; }'
orch 1 -j 2 --verify "$verify" --json "$work/tasks.yaml"
equal "landed" 2 "$(grep -c '"task.complete"' "$work/out")"
grep '"task.blocked"' "$work/out" >"$work/blocked"
has "$work/blocked" '"task":"never"'
has "$work/blocked" 'the tree is broken'
equal "learnt" good "$(cat "$work/repository/value")"
equal "feedback" value-is-bad "$(cat "$work/repository/seen")"
[ ! -e "$work/repository/broken" ] || fail "a red tree has landed"
for commit in $(in_repository rev-list main~2..main); do
	equal "verdict" "Orch-Verdict: PASS" "$(in_repository log -1 --format=%B "$commit" | grep Orch-Verdict)"
done
ok "red is done again, then blocked, and never lands"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: x, title: X, prompt: p, command: [sh, -c, "sleep 0.5; if [ -e y ]; then echo z >z; else echo x >x; fi"]}
  - {id: y, title: Y, prompt: p, command: [sh, -c, "sleep 0.5; if [ -e x ]; then echo z >z; else echo y >y; fi"]}
END
state=$work/state2
orch 0 -j 2 --verify '! test -e x || ! test -e y' --json "$work/tasks.yaml" || :
for commit in $(in_repository rev-list main~2..main); do
	[ "$(in_repository ls-tree --name-only "$commit" | grep -c '^[xy]$')" -lt 2 ] || fail "a red pair has landed"
done
ok "green alone and red together do not both land"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: own, title: Own, prompt: p, verify: "test -e own", command: [sh, -c, "echo own >own"]}
END
state=$work/state3
orch 0 -j 1 --verify 'exit 1' --json "$work/tasks.yaml"
equal "own verify" "Orch-Verdict: PASS" "$(in_repository log -1 --format=%B | grep Orch-Verdict)"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: iterates, title: Iterates, prompt: p, max_iterations: 3, command: [sh, -c, "echo $ORCH_ITERATION >iteration; [ $ORCH_ITERATION = 1 ] || grep -q wrong-number \"$ORCH_FEEDBACK_FILE\""]}
END
state=$work/state4
orch 0 -j 1 --verify 'grep -q 3 iteration || { echo wrong-number; exit 1; }' --json "$work/tasks.yaml"
equal "iterations" 3 "$(cat "$work/repository/iteration")"
equal "attempts" 1 "$(grep -c '"task.start"' "$work/out")"
nothing_left
ok "bounded iterations in one attempt"
