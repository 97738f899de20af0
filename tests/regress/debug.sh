#!/bin/sh
# A person looks into a slot: what runs in it, what it takes of what it may, the end of its
# output, its messages as they pass; stops it for a look and lets it go on, signals it, and
# opens a shell in its sandbox.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
sed -i 's/verify: none}/verify: none, limits: {memory: 500M, idle: 2s}}/' "$work/orch.yaml"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: one
    command: [sh]
    prompt: |
      trap 'echo told; echo told >told.txt; exit 0' USR1
      echo inside >/tmp/mark
      n=0; while :; do n=$((n + 1)); echo "line $n"; echo $n >count; sleep 0.1; done
END
start_service
ctl 0 add -f "$work/tasks.yaml"
printing() { grep -q '^line 3' "$state/logs/one/1.log" 2>/dev/null; }
wait_until 20 printing || fail "it does not run"

ctl 0 debug 0
has "$work/out" "one"
has "$work/out" "at           agent"
has "$work/out" "memory: "
has "$work/out" " of 500 MiB"
has "$work/out" "sleep 0.1"
has "$work/out" "line 3"
ctl 0 --json debug 0
has "$work/out" '"state":"agent"'
has "$work/out" '"processes":[{'
ctl 2 debug 7
has "$work/err" "there is no such slot"
ctl 2 debug 0 --signal NONSENSE
ctl 2 debug
ok "what there is to see"

lines() { wc -l <"$state/logs/one/1.log"; }
ctl 0 debug 0 --pause
has "$work/out" paused
before=$(lines)
# Its clock of silence stands still as well.
wait_until 3 test "$(lines)" != "$before" && fail "it goes on though it is stopped"
equal "lines while it was stopped" "$before" "$(lines)"
ctl 0 debug 0
has "$work/out" paused
ctl 0 debug 0 --resume
goes_on() { [ "$(lines)" -gt "$before" ]; }
wait_until 10 goes_on || fail "it does not go on"
ok "stopped for a look, and on"

if [ "$(id -u)" = 0 ]; then
	say 'cat /tmp/mark; pwd; ls' | timeout 20 orchctl --socket "$socket" debug --shell 0 >"$work/out" 2>"$work/err" ||
	    fail "no shell: $(cat "$work/err")"
	has "$work/out" inside
	has "$work/out" /workspace
	has "$work/out" count
	ok "a shell in its sandbox"
fi

timeout 60 orchctl --socket "$socket" debug -f 0 >"$work/trace" 2>&1 &
children="$daemon $!"
follows() { grep -q 'worker 0' "$work/trace"; }
wait_until 20 follows || fail "no message is shown: $(cat "$work/trace")"
ctl 0 debug 0 --signal USR1
ctl 0 wait one
equal "landed" told "$(git -C "$work/up.git" show main:told.txt)"
traced() { grep -q 'worker 0 <- job.result' "$work/trace" && grep -q 'worker 0 -> job.saved' "$work/trace"; }
wait_until 20 traced || fail "the end of it was not shown: $(tail "$work/trace")"
ok "its messages, and a signal"
ctl 2 debug 0 --signal TERM
has "$work/err" "nothing runs in this slot"
stop_service
nothing_left
