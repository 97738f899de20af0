#!/bin/sh
# orch-commitd has stopped, and results wait for it: in the line, or to be taken in. show, list
# and status say that it does not answer and since when; when it goes on nothing is said of it.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
mkdir "$work/outside"
PATH=$work/outside:$PATH
project_configuration 1 <<END
verify: 'case \$ORCH_SLOT in v*) while [ ! -e $work/outside/go ]; do sleep 0.1; done;; esac'
END
limit_seconds=30
is() { ask list | grep "^$1 " | grep -q " $2 "; }
start_service
ctl 0 add --id line --files line -- sh -c "echo 1 >line"
wait_until 20 is line VERIFYING || fail "it is not verified: $(ask list)"
commitd=$(pids_of 'orch-commitd -S')
kill -STOP "$commitd"
ctl 0 add --id taken --files taken -- sh -c "echo 1 >taken"
silent="orch-commitd (pid $commitd), which does not answer since "
# says TASK: show does, and list.
says() { ask show "$1" | grep -qF "waits for    $silent" && ask list | grep "^$1 " | grep -qF "waits for $silent"; }
wait_until 30 says taken || { ask show taken; ask list; fail "nobody says that it is silent"; }
ctl 0 show line
has "$work/out" "waits for    its verify command"
: >"$work/outside/go"
wait_until 30 says line || { ask show line; fail "nobody says that it is silent"; }
ctl 0 status
has "$work/out" "stalled      $silent"
ok "a commitd that does not answer"

kill -CONT "$commitd"
ctl 0 wait line taken
! ask status | grep "^stalled" || fail "it is still said to be silent"
ok "it goes on"
stop_service
nothing_left
