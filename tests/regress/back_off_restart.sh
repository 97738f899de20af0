#!/bin/sh
# What failed waits for its next attempt as long as it would have without a restart, killed or
# not; what a person has cancelled and wants again starts at once.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
sed -i 's/verify: none}/verify: none, retries: {failed: 3, delay: 1h, jitter: 0}}/' "$work/orch.yaml"
start_service
ctl 0 add --id bad -- sh -c '[ $ORCH_ATTEMPT -gt 1 ] || exit 3; echo x >bad'
attempts() { ls "$state/logs/bad" | grep -c '^[0-9]*\.log$'; }
failed_once() { ask events | grep -q 'to be tried again'; }
wait_until 60 failed_once || fail "it did not fail: $(ask events)"

# Others come and go: it would have started.
others_go() {
	ctl 0 add --id "$1" -- sh -c "echo $1 >$1"
	ctl 0 wait "$1"
	equal "attempts" 1 "$(attempts)"
	ctl 0 show bad
	has "$work/out" "its next attempt at "
}
kill -9 "$daemon"
wait "$daemon" || :
start_service
others_go one
ok "over a kill"
stop_service
start_service
others_go two
ok "over a restart"

ctl 0 cancel bad
ctl 0 retry bad
stop_service
start_service
ctl 0 wait bad
equal "attempts" 2 "$(attempts)"
ok "a person's wish is not put off"
stop_service
nothing_left
