#!/bin/sh
# A budget that is used up pauses what it is of: the whole, the project or an agent, in words
# that say which, how much and what to do; what runs goes on; a restart forgets nothing; a
# person resumes it with a reason. A task that has used up its own is blocked.
. "$(dirname "$0")/lib.sh"

command -v sqlite3 >/dev/null || skip "sqlite3 is not here to let time pass in a database"
new_repository "$work/repository"
service_configuration
cp "$work/orch.yaml" "$work/plain.yaml"
mkdir "$work/outside"
PATH=$work/outside:$PATH

# begin TOP PROJECT AGENT: a fresh state folder with these budgets.
begin() {
	rm -rf "$state"
	{
		say "budget: {$1}"
		sed "s/verify: none}/verify: none, retries: {failed: 0}, budget: {$2}}/" "$work/plain.yaml"
		say "agents:"
		say "  one: {command: [sh, -c, \"read -r line; eval \\\"\$line\\\"\"], budget: {$3}}"
		say "  two: {command: [sh, -c, \"read -r line; eval \\\"\$line\\\"\"]}"
	} >"$work/orch.yaml"
	start_service
}
task() {
	ctl 0 add --id "$1" --agent "$2" --prompt "$3"
}
held() { ask status | grep -q "^held .*$1"; }
starts() { ask events --json | grep -c '"task.start"' || :; }

# Attempts that start, of the whole.
begin "hour: {runs: 2}" "" ""
for n in 1 2 3; do
	task "run-$n" one "echo $n >$n.txt"
done
wait_until 30 held "all PAUSED by orchd" || { ask status; fail "it does not trip"; }
ctl 1 wait
ctl 0 status
has "$work/out" "budget.hour.runs: 2 of 2 used; there is room again at "
has "$work/out" ", but only orchctl resume --why TEXT lets it go on"
ctl 0 inbox
has "$work/out" "  answer     orchctl resume --why TEXT"
equal "starts" 2 "$(starts)"
kill -9 "$daemon"
wait "$daemon" || :
start_service
ctl 1 wait
equal "starts after a kill" 2 "$(starts)"
# A person's own pause over it does not make it less.
ctl 2 resume
has "$work/err" "say why it may go on, with --why TEXT"
ctl 0 resume --why "more is paid for"
ctl 0 wait
equal "starts" 3 "$(starts)"
ctl 0 events
has "$work/out" "goes on: all by $(id -un): more is paid for"
kill -9 "$daemon"
wait "$daemon" || :
start_service
# One of the new hour is used, so that one is left.
task run-4 one "echo 4 >4.txt"
ctl 0 wait
task run-5 one "echo 5 >5.txt"
wait_until 30 held "budget.hour.runs: 2 of 2" || { ask status; fail "it does not trip again"; }
stop_service
ok "attempts in an hour, over restarts"

# Failures in a row, of the project; another in between begins anew.
begin "" "failures: 2" ""
task bad-1 one "exit 1"
ctl 1 wait bad-1
task good one "echo good >good.txt"
ctl 0 wait good
task bad-2 one "exit 1"
ctl 1 wait bad-2
kill -9 "$daemon"
wait "$daemon" || :
start_service
task bad-3 one "exit 1"
ctl 1 wait bad-3
task after one "echo after >after.txt"
wait_until 30 held "project p PAUSED by orchd" || { ask status; fail "it does not trip"; }
ctl 0 status
has "$work/out" "budget.failures: 2 attempts in a row have failed; orchctl resume --why TEXT -p p lets it go on"
has "$work/out" "for a person orchctl inbox"
ctl 0 inbox
has "$work/out" "project p is stopped by a budget"
has "$work/out" "  reason     budget.failures: 2 attempts in a row have failed; orchctl resume --why TEXT -p p lets it go on"
has "$work/out" "  answer     orchctl resume --why TEXT -p p"
ctl 0 --json inbox
has "$work/out" '"budgets":[{"kind":"project","name":"p"'
ctl 2 resume
has "$work/err" "nothing is paused there"
ctl 2 resume -p p
has "$work/err" "--why"
ctl 0 resume -p p --why mended
ctl 0 wait after
stop_service
ok "failures in a row, of the project"

# Time, of an agent: the other one goes on.
begin "" "" "run: {time: 1s}"
task slow one "sleep 1.1; echo slow >slow.txt"
ctl 0 wait slow
task again one "echo again >again.txt"
task other two "echo other >other.txt"
ctl 0 wait other
wait_until 30 held "agent one PAUSED by orchd" || { ask status; fail "it does not trip"; }
ctl 0 status
has "$work/out" "budget.run.time: 1 of 1 s used"
ctl 1 wait
ask list | grep -q '^again .*PENDING' || fail "it was started: $(ask list)"
kill -9 "$daemon"
wait "$daemon" || :
start_service
ctl 1 wait
ask list | grep -q '^again .*PENDING' || fail "it was started: $(ask list)"
ctl 2 resume one
has "$work/err" "--why"
ctl 0 resume --why "a day is over" one
has "$work/out" "1 task waited for it"
ctl 0 wait again
stop_service
ok "time of an agent; another one goes on"

# A task that fails on and on has a budget of its own.
begin "" "task: {runs: 2}" ""
sed -i 's/failed: 0/failed: 5/' "$work/orch.yaml" && stop_service && start_service
task costly one "exit 1"
ctl 1 wait costly
ctl 0 show costly
has "$work/out" BLOCKED
has "$work/out" "reason       budget.task.runs: 2 of 2 used, and orchctl retry counts anew; after: failed: the agent failed (exit status 1)"
ctl 0 events
has "$work/out" "costly: a person has to see to it: budget.task.runs"
ctl 0 retry costly
ctl 1 wait costly
equal "a person's retry begins anew" 4 "$(starts)"
stop_service
ok "a task's own"

# The window itself lets it go on, where that is wanted.
begin "hour: {runs: 1}, resume: window" "" ""
task first one "echo first >one.txt"
ctl 0 wait first
task second one "echo second >two.txt"
wait_until 30 held "budget.hour.runs: 1 of 1 used; it goes on at" || { ask status; fail "it does not trip"; }
stop_service
sqlite3 "$state/orch.db" "UPDATE attempts SET started = started - 3600, ended = ended - 3600;
    UPDATE modes SET until = until - 3600"
start_service
ctl 0 wait second
ctl 0 events
has "$work/out" "goes on: all by orchd: there is room in the budget again"
stop_service
ok "the window lets it go on"

# Bad words change nothing.
for bad in "failures: -1" "hour: {runs: many}" "week: {runs: 1}" "hour: 5" "resume: never"; do
	{ say "budget: {$bad}"; cat "$work/plain.yaml"; } >"$work/bad.yaml"
	expect 2 orchd -n -c "$work/bad.yaml"
	has "$work/err" "bad.yaml:1:"
	has "$work/err" budget
done
ok "what is wrong is said where it stands"
nothing_left
