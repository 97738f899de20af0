#!/bin/sh
# A second service that would listen where another one does is refused, and says what to do:
# the first one is reached as before. What a killed one has left there is no hindrance.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
start_service
ctl 0 add --id a -- sh -c "echo 1 >a"
ctl 0 wait a
git clone -q --bare "$work/repository" "$work/other.git"
sed "s,^state: .*,state: $work/state-of-other,; s,$work/up.git,$work/other.git," "$work/orch.yaml" >"$work/other.yaml"
expect 1 orchd -c "$work/other.yaml"
has "$work/err" "control socket $socket: another supervisor listens there; end it with 'orchctl -s $socket stop', or give this one a folder of its own, 'runtime: DIR'"
ctl 0 show a
has "$work/out" "state        COMPLETE"
ok "another one is refused"

kill -9 "$daemon"
wait "$daemon" || :
start_service
ctl 0 show a
stop_service
nothing_left
ok "what a killed one left is taken"
