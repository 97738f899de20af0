#!/bin/sh
# A project whose upstream answers late keeps its turn: it does not start after all those that
# answer at once, over and over. Its commitd stands still here, so that no answer comes at all.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
say "  q: {upstream: $work/up.git, branch: other, verify: none, weight: 100}" >>"$work/orch.yaml"
git -C "$work/up.git" branch other main
start_service
ctl 0 add -p q --id q1 --files q1 -- sh -c "echo 1 >q1"
ctl 0 add -p p --id p1 --files p1 -- sh -c "echo 1 >p1"
ctl 0 wait p1 q1
commitd=$(pids_of 'orch-commitd -S .* -p q')

# Both wait, and p has had more of the slot, by weight.
kill -STOP "$commitd"
cat >"$work/tasks.yaml" <<END
tasks:
- {id: p2, title: P, prompt: p, project: p, files: [p2], command: [sh, -c, "echo 2 >p2"]}
- {id: q2, title: Q, prompt: q, project: q, files: [q2], command: [sh, -c, "echo 2 >q2"]}
END
ctl 0 add "$work/tasks.yaml"
started() { ask --json events --type task.start | grep -o '"task": *"[pq]2"' | tr -d '" ' | cut -d: -f2 | xargs; }
any() { [ "$(started)" != "" ]; }
wait_until 30 any || { kill -CONT "$commitd"; fail "they do not start: $(ask list)"; }
kill -CONT "$commitd"
ctl 0 wait p2 q2
equal "who started" "q2 p2" "$(started)"
ok "in its turn, after a late answer"
stop_service
nothing_left
