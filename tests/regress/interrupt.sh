#!/bin/sh
# Interrupt once: the run stops its agents, keeps what they did, says how to go
# on and ends with 130; the same command with --state goes on where it stopped,
# and what had landed is not done again. A terminal's hang-up does the same.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
{
	say "tasks:"
	for i in 1 2 3 4 5 6; do
		say "  - {id: t$i, title: T$i, prompt: p, command: [sh, -c, 'echo $i >file-$i; sleep 0.7']}"
	done
} >"$work/tasks.yaml"
has_landed() { grep -q '"task.complete"' "$work/first"; }

for signal in INT HUP; do
	: >"$work/first"
	# Not through a shell that ignores SIGINT for its background jobs.
	setsid env --default-signal=INT orchctl run -C "$work/repository" --state "$state" -j 2 --verify none --json "$work/tasks.yaml" \
	    >"$work/first" 2>"$work/err" </dev/null &
	run=$!
	children=$run
	wait_until 30 has_landed || fail "nothing landed"
	kill -$signal $run
	status=0
	wait $run || status=$?
	children=
	equal "exit status after SIG$signal" 130 $status
	has "$work/err" "--state $state"
	nothing_left
	[ "$(in_repository rev-list --count main)" -lt 7 ] || fail "it did not stop"
	cp "$work/first" "$work/first-$signal"
done
ok "stops and says how to go on"
orch 0 -j 2 --verify none --json "$work/tasks.yaml"
equal "commits" 7 "$(in_repository rev-list --count main)"
equal "landed once" 6 "$(cat "$work/first-INT" "$work/first-HUP" "$work/out" | grep '"task.complete"' | sed 's/.*"task":"\([^"]*\)".*/\1/' | sort -u | wc -l)"
equal "tickets" 6 "$(in_repository log --format=%B | grep '^Orch-Task: ' | sort -u | wc -l)"
nothing_left
ok "goes on where it stopped"
