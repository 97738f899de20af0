#!/bin/sh
# A mistake at the command line is told with what it is, where, and what there is instead; its
# exit status is 2, and nothing is shown as if it were the answer.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
git clone -q --bare "$work/repository" "$work/one.git"
git clone -q --bare "$work/repository" "$work/two.git"
cat >"$work/orch.yaml" <<END
version: 1
slots: 1
state: $state
runtime: $work/run/orch
projects:
  one: {upstream: $work/one.git, branch: main, verify: none}
  two: {upstream: $work/two.git, branch: main, verify: none}
agents:
  robot: {command: [sh, -eu], prompt: stdin}
END
start_service
ctl 0 add -p one --id ran --agent robot --prompt "echo 1 >ran"
ctl 0 wait ran
ctl 0 pause -p two
ctl 0 add -p two --id never --agent robot --prompt "echo 1 >never"

# wrong WORDS ARGUMENTS...: refused with these words, and without an answer.
wrong() {
	words=$1
	shift
	ctl 2 "$@"
	has "$work/err" "$words"
	[ ! -s "$work/out" ] || fail "there is an answer: $(cat "$work/out")"
}
for command in list inbox status locks tickets slots stats events pause drain halt resume; do
	wrong "there is no project 'three'; there is one, two" $command -p three
done
wrong "there is no state 'DONE'; there is PENDING, AWAITING_APPROVAL, RUNNING, LANDING, VERIFYING, COMPLETE, BLOCKED, CANCELLED" \
    list --state done
wrong "there is no agent 'robbie', and no task of one" list --agent robbie
ctl 0 list --agent robot
has "$work/out" "never"
for command in show logs cancel retry approve reject wait; do
	wrong "task 'nothing': there is no such task; see orchctl list" $command nothing
done
wrong "task 'nothing': there is no such task" answer nothing text
wrong "task 'nothing': there is no such task" list --after nothing
wrong "task: 'a b' cannot be a name" show "a b"
wrong "task: '' cannot be a name" show ""
wrong "project: 'a b' cannot be a name" list -p "a b"
wrong "task 'never': it was never started" logs never
wrong "task 'ran': there is no log of that attempt" logs -a 7 ran
ok "what there is not"

wrong "orchctl list: option '--state' requires an argument" list --state
wrong "orchctl show: unrecognized option '--frob'" show --frob ran
wrong "orchctl pause: option requires an argument -- 'p'" pause -p
wrong "orchctl show: an argument is missing" show
wrong "usage: orchctl show TASK" show
ok "what is missing"

# Of a project alone it is said how much of it runs.
ctl 0 add -p one --id runs --agent robot --prompt "sleep 600"
runs() { ask list | grep ' runs ' | grep -q RUNNING; }
wait_until 30 runs || fail "it does not run"
ctl 0 pause -p two
equal "of another project" "PAUSED" "$(cat "$work/out")"
ctl 0 status -p one
! grep -q '^held' "$work/out" || fail "what holds for another project is of this one: $(cat "$work/out")"
ctl 0 status -p two
grep -q '^held         project two PAUSED by .* (orchctl resume -p two)$' "$work/out" || fail "no hold: $(cat "$work/out")"
has "$work/out" "state        PAUSED"
has "$work/out" "share        0 running, weight 1"
ctl 0 pause -p one
equal "of its project" "PAUSED, 1 running" "$(cat "$work/out")"
stop_service

# A folder that nobody works on shows what was left there.
ctl_state() {
	wanted=$1
	shift
	expect "$wanted" orchctl --state "$state" "$@"
}
# Its socket may be another's by now.
[ ! -e "$state/socket" ] || fail "where it was reached is told when it has ended"
ctl_state 3 status
has "$work/err" "list, show, inbox, events and stats say what was left there"
ctl_state 0 list
has "$work/out" "never"
grep -q ' runs .*RUNNING .*waits for a supervisor, for none works on it now$' "$work/out" ||
    fail "what was running runs: $(cat "$work/out")"
has "$work/err" "nobody works on $state; this is how it was left."
has "$work/err" "'orchd -c FILE' goes on with a service"
# Who has shown it is gone when orchctl is: the next one, or a supervisor, need not wait.
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	orchctl --state "$state" list >"$work/out" 2>"$work/err" || fail "list $i: $(cat "$work/err")"
	flock -n "$state/lock" true || fail "who has shown the folder still holds its lock, after list $i"
done
nothing_left
ok "after the end of a service"
