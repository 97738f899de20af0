#!/bin/sh
# One of two projects is halted while a result of it waits in the line: the other one is
# drained and the service ends, although that result cannot land. It is kept over the end
# and over a kill, stays where it is until the halt is lifted, and lands then as it was. A
# project that is drained while all is halted stays so until its line is empty.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/projects_lib.sh"

mkdir "$work/outside"
PATH=$work/outside:$PATH
configuration 2
# The verify command of an attempt, whose HOME is the agent's, is not the one that waits.
for name in a b; do
	project $name
	sed -i "s#$name.git, branch: main, verify: none#$name.git, branch: main, verify: \"[ -e \$HOME/agent ] || until [ -e $work/outside/$name ]; do sleep 0.1; done\"#" \
	    "$work/orch.yaml"
done
start_service
ends() { timeout 60 tail --pid="$daemon" -f /dev/null || fail "it does not end: $(ask status)"; }

ctl 0 add -p a --id stays --title Stays -- sh -c ": >\$HOME/agent; echo stays >stays.txt"
ctl 0 add -p b --id goes --title Goes -- sh -c ": >\$HOME/agent; echo goes >goes.txt"
wait_until 60 is stays VERIFYING || fail "nothing of a waits in the line: $(ask list)"
wait_until 60 is goes VERIFYING || fail "nothing of b waits in the line: $(ask list)"
ctl 0 halt -p a --why "look at it"
ctl 0 drain --why "an upgrade"
ctl 0 status
has "$work/out" "mode         DRAINING"
: >"$work/outside/b"
ends
status=0
wait "$daemon" || status=$?
equal "exit status of orchd" 0 $status
children=
equal "what has landed in b" "First Goes " "$(subjects b)"
equal "what has landed in a" "First " "$(subjects a)"
nothing_left
ok "drained, though a result of what is halted waits"

: >"$work/outside/a"
start_service
ctl 0 status
! grep -q DRAINING "$work/out" || fail "it drains again"
has "$work/out" "project a HALTED by"
ctl 0 add -p b --id more --title More -- sh -c ": >\$HOME/agent; echo more >more.txt"
ctl 0 wait more
kill -9 "$daemon"
wait "$daemon" || :
start_service
is stays LANDING || is stays VERIFYING || fail "it is $(state_of stays)"
ctl 1 wait
equal "what has landed in a" "First " "$(subjects a)"
ctl 0 resume -p a
ctl 0 wait
equal "what has landed in a" "First Stays " "$(subjects a)"
ctl 0 show stays
has "$work/out" "COMPLETE"
equal "attempts of it" 1 "$(ask events --json --task stays | grep -c '"task.start"')"
ok "it lands as it was when the halt is lifted"

rm "$work/outside/a"
ctl 0 add -p a --id last --title Last -- sh -c ": >\$HOME/agent; echo last >last.txt"
wait_until 60 is last VERIFYING || fail "nothing of a waits in the line: $(ask list)"
ctl 0 drain -p a
ctl 0 halt
ctl 1 wait
ctl 0 status
has "$work/out" "project a DRAINING by"
: >"$work/outside/a"
ctl 0 resume
ctl 0 wait
paused() { ask status | grep -q "project a PAUSED by orchd"; }
wait_until 20 paused || fail "it is not drained: $(ask status)"
equal "what has landed in a" "First Stays Last " "$(subjects a)"
stop_service
nothing_left
ok "what was to be drained is so when its line is empty"
