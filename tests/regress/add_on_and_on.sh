#!/bin/sh
# Tasks are added one after the other without an end, faster than the upstream can be looked at
# anew for each: those that are there start all the same.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
start_service
# adds NAME: until it is told to stop.
adds() {
	number=0
	while [ ! -e "$work/stop" ]; do
		number=$((number + 1))
		orchctl -s "$work/run/orch/orchd.sock" add --id "$1$number" --files "$1$number" -- true >"$work/added.$1" 2>&1 ||
		    return
	done
}
# For a failure, too.
undo() { : >"$work/stop"; }
adders=
for name in a b c d; do
	adds $name &
	adders="$adders $!"
done
some() { [ "$(ask events --type task.start | wc -l)" -ge 5 ]; }
wait_until 40 some || fail "nothing starts: $(ask status)"
: >"$work/stop"
# shellcheck disable=SC2086
wait $adders
ok "they start while others come"
stop_service
nothing_left
