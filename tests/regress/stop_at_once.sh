#!/bin/sh
# A service that is stopped in the very moment in which its workers have ended a job and
# clean up: they end with it, each time, and wait for nobody.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
sed -i "s/verify: none/verify: 'seq 2000 | xargs touch; false', retries: {failed: 0, rework: 0}/" "$work/orch.yaml"
round=0
while [ $round -lt "${ROUNDS:-12}" ]; do
	round=$((round + 1))
	start_service
	say "tasks: [{id: t$round, title: T, command: [sh, -c, 'echo $round >f$round']}]" >"$work/tasks.yaml"
	ctl 0 add -f "$work/tasks.yaml"
	ctl 1 wait "t$round"
	kill "$daemon"
	gone() { ! kill -0 "$daemon" 2>/dev/null; }
	wait_until 15 gone || { ask slots; fail "round $round: it does not end: $(tail -n 5 "$work/log")"; }
	wait "$daemon" || fail "round $round: it ended with $?"
	children=
	! grep -q event=orphan "$work/log" || fail "round $round: a worker waits for another supervisor"
done
nothing_left
ok "$round times"
