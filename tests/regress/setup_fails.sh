#!/bin/sh
# Setup that fails: tasks wait, are not failed themselves, and the reason is shown with what
# setup said; tried three times. A run ends then, a service goes on once the branch moves. When it is an
# agent's change that breaks setup, its gate is red with that reason. A time limit ends it.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
say bad >"$work/repository/lock"
in_repository add .
in_repository commit -q -m "Lock"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "test -e made && echo a >a"]}
END
cat >"$work/run.yaml" <<'END'
projects:
  p: {setup: {command: "echo words-of-setup; grep -q good lock && echo made >made", key: [lock]}}
END
orch 1 -c "$work/run.yaml" -j 1 --verify none --json "$work/tasks.yaml"
equal "tries" 3 "$(grep -c '"setup.failed"' "$work/out")"
equal "attempts" 0 "$(grep -c '"task.start"' "$work/out" || :)"
has "$work/out" 'setup failed: its command failed (exit status 1): words-of-setup'
has "$work/out" '"waiting":1'
nothing_left
ok "a run ends when setup was tried three times"

state=$work/state2
service_configuration
cat >"$work/orch.yaml" <<END
version: 1
slots: 2
state: $state
runtime: $work/run/orch
projects:
  p: {upstream: $work/up.git, branch: main, verify: "cmp lock /dev/null || test -e made", retries: {rework: 0}, setup: {command: "echo words-of-setup; if grep -q good lock; then echo made >made; else false; fi", key: [lock]}}
END
start_service
ctl 0 add -f "$work/tasks.yaml"
shows() { ask show a >"$work/show" && grep -q 'words-of-setup' "$work/show"; }
wait_until 20 shows || { cat "$work/show"; fail "what it waits for is not shown"; }
has "$work/show" "waits for    setup, which failed: its command failed"
ctl 0 status
has "$work/out" "setup        failed: its command failed"
ctl 0 list
has "$work/out" "waits for setup, which failed: its command failed"
say good >"$work/repository/lock"
in_repository commit -qam "Good"
in_repository push -q "$work/up.git" main
# Somebody who asks lets the upstream be looked at.
cat >"$work/more.yaml" <<'END'
tasks:
  - {id: breaks, title: Breaks, prompt: p, depends_on: [a], command: [sh, -c, "echo worse >lock"]}
  - {id: b, title: B, prompt: p, depends_on: [a], priority: 2, command: [sh, -c, "test -e made && echo b >b"]}
END
ctl 0 add -f "$work/more.yaml"
ctl 1 wait
ctl 0 show breaks
has "$work/out" BLOCKED
has "$work/out" "words-of-setup"
ctl 0 list
equal "complete" 2 "$(grep -c COMPLETE "$work/out")"
ctl 0 --json status
has "$work/out" '"prepared":[{'
has "$work/out" '"current":true'
stop_service
nothing_left
ok "a service goes on when the branch has moved, and a change that breaks setup is red"

cat >"$work/run.yaml" <<'END'
projects:
  p: {setup: {command: "sleep 600 & sleep 600", timeout: 1s}}
END
state=$work/state3
orch 1 -c "$work/run.yaml" -j 1 --verify none --json "$work/tasks.yaml"
has "$work/out" 'setup failed: timeout'
nothing_left
ok "a time limit"
