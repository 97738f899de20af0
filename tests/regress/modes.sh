#!/bin/sh
# Pause, resume, halt and drain: who did it and why is shown and kept over a kill; nothing new
# starts; a halt stops four agents at once, saves what they made, counts no failure, and they
# go on after it; a drain ends the service when all that ran has landed.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
sed -i 's/slots: 1/slots: 4/' "$work/orch.yaml"
mkdir "$work/outside"
PATH=$work/outside:$PATH
start_service
me=$(id -un)

ctl 2 resume
has "$work/err" "nothing is paused"
ctl 2 pause -p nowhere
has "$work/err" "there is no project 'nowhere'"
ctl 2 pause there
ctl 0 pause --why "moving the machine"
has "$work/out" PAUSED
ctl 0 status
has "$work/out" "mode         PAUSED"
has "$work/out" "all PAUSED by $me since "
has "$work/out" "moving the machine"
ctl 0 add --id first -- sh -c "echo first >new.txt"
ctl 1 wait first
equal "attempts" "" "$(ls "$state/logs")"
ok "paused: nothing starts, and nobody waits for it"

kill -9 "$daemon"
wait "$daemon" || :
start_service
ctl 0 status --json
has "$work/out" '"mode":"PAUSED"'
has "$work/out" '"why":"moving the machine"'
ctl 1 wait first
equal "attempts" "" "$(ls "$state/logs")"
ctl 0 resume --why "moved"
ctl 0 wait first
ctl 0 events
has "$work/out" "PAUSED: all by $me: moving the machine"
has "$work/out" "goes on: all by $me: moved"
ok "kept over a kill; resumed"

# Four that do not take a TERM, with something made.
for n in 1 2 3 4; do
	ctl 0 add --id "long-$n" -- sh -c "
	    if [ \$ORCH_ATTEMPT = 1 ]; then trap '' TERM; echo half >$n.txt; echo begun; while :; do sleep 1; done; fi
	    echo whole >$n.txt"
done
begun() { [ "$(cat "$state"/logs/long-*/1.log 2>/dev/null | grep -c begun)" = 4 ]; }
wait_until 60 begun || fail "not all four run"
ctl 0 halt -p p --why "look at long-2"
has "$work/out" "HALTED, 4 running"
ended() { [ "$(ask list | grep -c '^long-.* PENDING')" = 4 ]; }
wait_until 60 ended || { ask list; fail "not all are back"; }
ctl 0 events --json
first=$(sed -n 's/.*"event": *"mode.halted".*/&/p' "$work/out" | sed 's/.*"time": *\([0-9.]*\).*/\1/')
for n in 1 2 3 4; do
	last=$(grep '"task.retry"' "$work/out" | grep "\"long-$n\"" | sed 's/.*"time": *\([0-9.]*\).*/\1/')
	awk -v a="$first" -v b="$last" 'BEGIN { exit !(b - a >= 0 && b - a < 3) }' ||
	    fail "long-$n ended $last, halted $first"
	equal "saved" half "$(git -C "$state/projects/p/repository.git" show "refs/orch/attempts/long-$n/1:$n.txt")"
done
[ -z "$(pids_of_agents)" ] || fail "agents are left"
ctl 0 show long-2
has "$work/out" "halted by $me"
has "$work/out" "look at long-2"
ctl 0 list --json
! grep -q BLOCKED "$work/out" || fail "something is blocked"
ctl 2 pause -p p
has "$work/err" "orchctl resume alone lifts"
ok "halted at once, and saved"

kill -9 "$daemon"
wait "$daemon" || :
start_service
ctl 1 wait
ask list | grep -q '^long-1 .*PENDING' || fail "it is started though all is halted"
ctl 0 resume -p p
ctl 0 wait
for n in 1 2 3 4; do
	equal "landed" whole "$(git -C "$work/up.git" show "main:$n.txt")"
done
ctl 0 show long-3 --json
has "$work/out" '"outcome":"stopped"'
ok "kept over a kill, and they go on"

# A drain: what runs lands, what waits does not start, and the service ends.
ctl 0 add --id ends -- sh -c "until [ -e $work/outside/go ]; do sleep 0.1; done; echo ends >ends.txt"
running() { ask list | grep -q '^ends .*RUNNING'; }
wait_until 60 running || fail "it does not run"
ctl 0 drain --why "an upgrade"
ctl 0 add --id waits -- sh -c "echo waits >waits.txt"
kill -9 "$daemon"
wait "$daemon" || :
start_service
ctl 0 status
has "$work/out" DRAINING
running || fail "it was not adopted: $(ask list)"
: >"$work/outside/go"
timeout 60 tail --pid="$daemon" -f /dev/null || fail "it does not end"
status=0
wait "$daemon" || status=$?
equal "exit status of orchd" 0 $status
children=
equal "landed" ends "$(git -C "$work/up.git" show main:ends.txt)"
! git -C "$work/up.git" cat-file -e main:waits.txt 2>/dev/null || fail "it was started"
nothing_left
start_service
ctl 0 wait waits
ctl 0 status
has "$work/out" "mode         NORMAL"
stop_service
nothing_left
ok "drained over a kill; the next start is an ordinary one"
