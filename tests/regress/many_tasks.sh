#!/bin/sh
# 10,000 tasks in one file (TASKS=N for others): planned, accepted by a
# supervisor, listed. Prints how long each took and the most memory used; the
# limits here are only there to catch what grows with the square.
. "$(dirname "$0")/lib.sh"

count=${TASKS:-10000}
new_repository "$work/repository"
awk -v count="$count" 'BEGIN {
	print "tasks:"
	for (i = 1; i <= count; i++) {
		printf "  - id: task-%d\n    title: Task number %d\n    prompt: |\n      Do what task %d says,\n      in src/part-%d.\n", i, i, i, i % 500
		printf "    files: [\"src/part-%d/**\"]\n    command: [sh, -c, \"sleep 30; echo %d >f%d\"]\n", i % 500, i, i
		if (i > 100)
			printf "    depends_on: [task-%d]\n", i - 100
	}
}' >"$work/tasks.yaml"

milliseconds() { echo $((($(date +%s%N) - begin) / 1000000)); }
memory() { sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status"; }

begin=$(date +%s%N)
expect 0 orchctl plan -j 8 --json "$work/tasks.yaml"
planned=$(milliseconds)
equal "planned" "$count" "$(grep -o '"task":' "$work/out" | wc -l)"
say "bench plan-$count $planned ms"

cat >"$work/orch.yaml" <<END
slots: 2
state: $state
runtime: $work/run/orch
projects:
  p: {upstream: $work/repository, branch: main, verify: none}
END
orchd -c "$work/orch.yaml" >"$work/orchd.log" 2>&1 &
supervisor=$!
children=$supervisor
wait_until 20 test -S "$socket" || { cat "$work/orchd.log"; fail "no socket"; }
begin=$(date +%s%N)
expect 0 orchctl -s "$socket" add -f "$work/tasks.yaml" || :
say "bench add-$count $(milliseconds) ms"
begin=$(date +%s%N)
expect 0 orchctl -s "$socket" list --json
say "bench list-$count $(milliseconds) ms"
equal "listed" "$count" "$(grep -o '"id":"task-' "$work/out" | wc -l)"
begin=$(date +%s%N)
expect 0 orchctl -s "$socket" status --json
say "bench status-$count $(milliseconds) ms"
say "bench orchd-memory-$count $(memory $supervisor) kB"
[ "$planned" -lt 60000 ] || fail "planning takes too long"
[ "$(memory $supervisor)" -lt 500000 ] || fail "too much memory"
kill $supervisor
wait_until 30 nothing_runs || fail "it does not stop"
begin=$(date +%s%N)
orchd -c "$work/orch.yaml" >>"$work/orchd.log" 2>&1 &
supervisor=$!
children=$supervisor
wait_until 60 answers || { tail "$work/orchd.log"; fail "it does not come back"; }
say "bench restart-$count $(milliseconds) ms"
kill $supervisor
wait $supervisor || :
children=
nothing_left
