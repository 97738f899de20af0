#!/bin/sh
# orchctl cancel and retry with several tasks change all of them or none: exit
# status 2 means that nothing was changed, and says which task is the bad one.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: b1, title: B, prompt: p, command: [sh, -c, "echo why; exit 77"]}
  - {id: b2, title: B, prompt: p, command: [sh, -c, "echo why; exit 77"]}
  - {id: done, title: D, prompt: p, command: [sh, -c, "echo x >x"]}
  - {id: w1, title: W, prompt: p, depends_on: [b1], command: [sh, -c, "echo w >w"]}
END
# states: of all tasks, in the order of the file.
states() { ask --json list | grep -o '"state": *"[A-Z]*"' | grep -o '[A-Z]*' | xargs; }

start_service
ctl 0 add "$work/tasks.yaml"
ctl 1 wait
equal "before" "BLOCKED BLOCKED COMPLETE PENDING" "$(states)"

ctl 2 retry b1 nosuch
has "$work/err" "task 'nosuch': there is no such task"
ctl 2 retry b1 done b2
has "$work/err" "task 'done': only a task that is BLOCKED or CANCELLED can be tried again"
ctl 2 cancel w1 done
has "$work/err" "task 'done': it has ended already"
ctl 2 cancel w1 nosuch
has "$work/err" "task 'nosuch': there is no such task"
ctl 2 wait nosuch
has "$work/err" "task 'nosuch': there is no such task"
ctl 2 show nosuch
has "$work/err" "task 'nosuch': there is no such task"
equal "after what was refused" "BLOCKED BLOCKED COMPLETE PENDING" "$(states)"
ctl 0 show b1
! grep -q '^ *2 ' "$work/out" || fail "b1 was tried again"
ok "a bad one: none is changed"

ctl 0 cancel w1 b1 w1
equal "what cancel says" "w1: CANCELLED b1: CANCELLED w1: CANCELLED" "$(xargs <"$work/out")"
ctl 0 --json retry b1 b2
equal "objects of retry" 2 "$(grep -c '"task"' "$work/out")"
ctl 1 wait
equal "after it" "BLOCKED BLOCKED COMPLETE CANCELLED" "$(states)"
stop_service
nothing_left
ok "good ones: all are"
