#!/bin/sh
# kill.sh [N]: kill -9 at N random moments (default 200, SEED=N for others) of
# replays in plan order: the supervisor, commitd, a worker, an agent, or all of
# them. A run that ended of it is started again on the same state. Each replay
# must end with the very history it replays: no task lost, none landed twice, no
# process and no mount left. Kills only processes of this test, by their id.
. "$(dirname "$0")/../regress/lib.sh"
kills_wanted=${1:-${KILLS:-200}}
random=$((${SEED:-1} * 7919 + 17))
of_program="^[^ ]*"
kills=0 restarts=0 replays=0
ORCH_VERIFY="! grep -rIl --exclude-dir=.git '^<<<<<<< ' ."
export ORCH_VERIFY ORCH_HISTORY=generated

cat >"$work/orch.yaml" <<'END'
projects:
  replay:
    retries: {failed: 1000, later: 10000, rework: 100}
END

# draw BELOW: sets $drawn.
draw() {
	random=$((random * 16807 % 2147483647))
	drawn=$((random / 7 % $1))
}

start_run() {
	orchctl run -c "$work/orch.yaml" -C "$folder/repository" --state "$folder/state" -j 4 \
	    --order plan --verify "$ORCH_VERIFY" "$folder/tasks.json" >>"$folder/log" 2>&1 </dev/null &
	run=$!
	children=$run
}

is_over() { ! kill -0 "$run" 2>/dev/null; }

# The run has ended by itself: wanted when all is done; else somebody was killed, and it goes on.
end_of_run() {
	status=0
	wait "$run" || status=$?
	children=
	say "[the run ended with $status after kill $kills]" >>"$folder/log"
	if [ $status = 0 ]; then
		done=yes
		return
	fi
	[ -n "$expected" ] || { tail -n 60 "$folder/log"; fail "the run ended with $status, and nobody had killed it"; }
	expected=
	restarts=$((restarts + 1))
	start_run
}

# One id of a list, at random.
one_of() {
	[ $# -gt 0 ] || return 0
	draw $#
	shift $drawn
	victims=$1
}

# A verify command that is killed has its say: the task is blocked.
without_gates() {
	while read -r pid; do
		grep -q "/slots/v[0-9]" "/proc/$pid/mountinfo" 2>/dev/null || say "$pid"
	done
}

# Kills one of a kind; nothing is counted when there is none at the moment.
strike() {
	draw 5
	victims=
	case $drawn in
	0)	kind=orchd; one_of $(pids_of "$of_program""orchd ") ;;
	1)	kind=orch-commitd; one_of $(pids_of "$of_program""orch-commitd ") ;;
	# Not the one that tries what works here: without it no run begins.
	2)	kind=orch-worker; one_of $(pids_of "$of_program""orch-worker -s ") ;;
	3)	kind=agent; one_of $(pids_of_agents | without_gates) ;;
	4)	kind=all; victims="$(pids_of .) $(pids_of_agents)" ;;
	esac
	victims=$(echo $victims)
	[ -n "$victims" ] || return 0
	# What is killed now is what brings the result into the checkout, once.
	! awk '/^\[the run ended/ { over = 0 } /^run ended:/ { over = 1 } END { exit !over }' \
	    "$folder/log" || return 0
	case $kind in orchd|all) expected=yes ;; esac
	kill -9 $victims 2>/dev/null || :
	kills=$((kills + 1))
	say "[kill $kills: $kind $victims]" >>"$folder/log"
	case $kind in orchd|all)
		wait_until 30 is_over || { tail -n 40 "$folder/log"; fail "orchctl run did not notice that its supervisor is gone"; }
	esac
}

one_replay() {
	replays=$((replays + 1))
	folder=$work/$replays
	mkdir "$folder"
	draw 1000
	sh "$replay/history.sh" "$folder/source" $drawn
	sh "$replay/tasks.sh" "$folder/source" "$folder/tasks.json" $drawn plan
	git init -q -b main "$folder/repository"
	git -C "$folder/repository" fetch -q "$folder/source" 'refs/tags/replay-base:refs/tags/replay-base'
	git -C "$folder/repository" reset -q --hard replay-base
	done= expected=
	start_run
	while [ -z "$done" ] && [ $kills -lt "$kills_wanted" ]; do
		draw 400
		sleep "0.$(printf %03d $((drawn + 20)))"
		if is_over; then end_of_run; else strike; fi
	done
	limit=4
	while [ -z "$done" ]; do
		wait_until 300 is_over || { tail -n 60 "$folder/log"; fail "the run does not end"; }
		end_of_run
		limit=$((limit - 1))
		[ $limit -gt 0 ] || { tail -n 60 "$folder/log"; fail "the run ends before it is done"; }
	done
	sh "$replay/compare.sh" "$folder/repository" "$folder/source" plan ||
	    { tail -n 80 "$folder/log"; fail "replay $replays: what landed is not the history"; }
	nothing_left
	ok "replay $replays is as it was after $kills kills and $restarts restarts"
	[ -n "${ORCH_TEST_KEEP:-}" ] || rm -rf "$folder"
}

while [ $kills -lt "$kills_wanted" ]; do
	one_replay
done
say "$kills kills, $restarts restarts, $replays replays"
