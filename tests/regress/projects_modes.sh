#!/bin/sh
# Modes and budgets with two projects: what is paused, halted or stopped by a budget in one
# leaves the other alone; what holds for the whole holds for both, and lifting it leaves what
# holds for one; a person says why a budget's stop is lifted. All of it is kept over a kill.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/projects_lib.sh"

mkdir "$work/outside"
PATH=$work/outside:$PATH
# begin [LINE]: two projects with nothing done; in a, two failures in a row are too many.
begin() {
	rm -rf "$state" "$work/a" "$work/b" "$work/a.git" "$work/b.git" "$work/outside"/*
	configuration 2 "$@"
	project a "retries: {failed: 0}, budget: {failures: 2}"
	project b
	start_service
}
kill_service() {
	kill -9 "$daemon"
	wait "$daemon" || :
	start_service
}
task() { ctl 0 add -p "$1" --id "$2" --title "$2" -- sh -c "$3"; }
starts() { ask events --json --task "$1" | grep -c '"task.start"' || :; }
held() { ask status | grep -q "^held .*$1"; }
# A task of the other project lands, twice: so nothing of the first could not have started.
goes_on() {
	task "$1" "$2-1" "echo 1 >$2-1"
	task "$1" "$2-2" "echo 2 >$2-2"
	ctl 0 wait "$2-1" "$2-2"
}

begin
ctl 0 pause -p a --why "not today"
task a waits "echo waits >waits"
goes_on b free
kill_service
goes_on b kept
is waits PENDING || fail "it is $(state_of waits)"
equal "starts of what is paused" 0 "$(starts waits)"
held "project a PAUSED by .*: not today" || { ask status; fail "it is not paused"; }
ctl 2 resume
has "$work/err" "nothing is paused there"
ctl 2 resume -p b
has "$work/err" "nothing is paused there"
ctl 0 resume -p a
ctl 0 wait waits
equal "landed in a" "First waits " "$(subjects a)"
ok "one is paused, the other goes on"

# Both run; the one that is halted is ended and saved, the other one's agent lives on.
task a halted "[ \$ORCH_ATTEMPT -gt 1 ] || { echo half >halted; echo begun; until [ -e $work/outside/never ]; do sleep 0.1; done; }; echo whole >halted"
task b lives "until [ -e $work/outside/lives ]; do sleep 0.1; done; echo lives >lives"
wait_until 60 is halted RUNNING || fail "halted does not run"
wait_until 60 is lives RUNNING || fail "lives does not run"
begun() { grep -qs begun "$state/logs/halted/1.log"; }
wait_until 60 begun || fail "nothing is made yet"
ctl 0 halt -p a
wait_until 60 is halted PENDING || fail "it is $(state_of halted)"
equal "saved" half "$(git -C "$state/projects/a/repository.git" show refs/orch/attempts/halted/1:halted)"
is lives RUNNING || fail "the other project's is $(state_of lives)"
kill_service
wait_until 60 is lives RUNNING || fail "it was not adopted: $(state_of lives)"
: >"$work/outside/lives"
ctl 0 wait lives
equal "attempts of lives" 1 "$(starts lives)"
goes_on b beside
equal "attempts of halted" 1 "$(starts halted)"
ctl 2 pause -p a
has "$work/err" "orchctl resume alone lifts that"
ctl 0 resume -p a
ctl 0 wait halted
equal "landed" whole "$(git -C "$work/a.git" show main:halted)"
ok "one is halted, the other's agent lives on"

# The whole over what holds for one: the stricter of both, and each is lifted for itself.
ctl 0 pause --why "moving"
ctl 0 halt -p a
task a under "echo under >under"
task b above "echo above >above"
kill_service
ctl 0 resume -p a
ctl 1 wait
equal "starts" "0 0" "$(starts under) $(starts above)"
ctl 0 halt -p b --why "look at it"
ctl 0 resume
ctl 0 wait under
kill_service
ctl 1 wait
is above PENDING || fail "it is $(state_of above)"
held "project b HALTED by .*: look at it" || { ask status; fail "it is not halted"; }
ctl 0 resume -p b
ctl 0 wait
ok "what holds for the whole, and for one"

# A budget of a: b goes on.
for n in 1 2; do
	task a "bad-$n" "exit 1"
	ctl 1 wait "bad-$n"
done
task a after "echo after >after"
wait_until 60 held "project a PAUSED by orchd" || { ask status; fail "it does not trip"; }
goes_on b paid
kill_service
goes_on b later
equal "starts of what the budget bars" 0 "$(starts after)"
ctl 0 status
has "$work/out" "budget.failures: 2 attempts in a row have failed"
ctl 2 resume
has "$work/err" "nothing is paused there"
ctl 2 resume -p a
has "$work/err" "say why it may go on, with --why TEXT"
kill_service
ctl 0 resume -p a --why "mended"
ctl 0 wait after
ctl 0 events
has "$work/out" "goes on: project a by $(id -un): mended"
has "$work/out" "PAUSED: project a by orchd"
! grep -q "PAUSED: project b" "$work/out" || fail "b was paused, too"
stop_service
ok "a budget of one leaves the other alone"

# One of the whole stops both, and both go on.
begin "budget: {hour: {runs: 2}}"
task a one "echo 1 >one"
task b two "echo 2 >two"
ctl 0 wait one two
task a three "echo 3 >three"
task b four "echo 4 >four"
wait_until 60 held "all PAUSED by orchd" || { ask status; fail "it does not trip"; }
kill_service
ctl 1 wait
equal "starts" "0 0" "$(starts three) $(starts four)"
ctl 2 resume -p a
has "$work/err" "nothing is paused there"
ctl 2 resume
has "$work/err" "--why"
ctl 0 resume --why "more is paid for"
ctl 0 wait three four
stop_service
nothing_left
ok "a budget of the whole stops both"
