#!/bin/sh
# Does anything grow with the tasks? 1,000, 10,000 and 100,000 (COUNTS=), each with a scope
# and three dependencies, are added to a paused service; then nine of ten are marked complete
# in its database, for landing them would take hours, and it starts again: what adding takes
# and orchd has in memory, what the start takes, and then status, a page of the list, show of
# one task, and the scheduler's decisions (tests/bench/decisions.c). Then in plan order: to try
# the first task again that has nothing behind it, by which all behind it get other numbers.
. "$(dirname "$0")/../regress/lib.sh"

new_repository "$work/repository"
ctl() { orchctl "$@" --socket "$work/run/orch/orchd.sock"; }
ready() { ctl status >/dev/null 2>&1; }
open_project() { ctl status 2>/dev/null | grep -q NORMAL || ctl status 2>/dev/null | grep -q PAUSED; }

# A task depends on three of the hundred before the last one of its thousand, as in many chains.
tasks() {
	awk -v count="$1" 'BEGIN {
		srand(7)
		print "tasks:"
		for (i = 0; i < count; i++) {
			line = ""
			for (k = 1; k <= 3 && i > 200; k++)
				line = line (k > 1 ? ", " : "") "t" (i - k * 50 - int(rand() * 40))
			printf "  - {id: t%d, title: Task %d, prompt: p, files: [\"src/part-%d/file-%d/**\"], depends_on: [%s], command: [\"true\"]}\n", i, i, i % 317, i, line
		}
	}'
}
# median COMMAND...: of 21 runs, in milliseconds.
median() {
	i=0
	while [ $i -lt 21 ]; do
		begin=$(date +%s%N)
		"$@" >/dev/null
		say $(($(date +%s%N) - begin))
		i=$((i + 1))
	done | sort -n | awk 'NR == 11 { printf "%.2f", $1 / 1e6 }'
}
# What orchd takes of a processor to try a task again, in milliseconds: the median of 21 times.
retries() {
	i=0
	while [ $i -lt 21 ]; do
		ctl cancel "$1" >/dev/null
		before=$(cut -d' ' -f1 "/proc/$orchd/schedstat")
		ctl retry "$1" >/dev/null
		say $(($(cut -d' ' -f1 "/proc/$orchd/schedstat") - before))
		i=$((i + 1))
	done | sort -n | awk 'NR == 11 { printf "%.2f", $1 / 1e6 }'
}
# The first that is not complete and that no task depends on.
alone() {
	sed -n 's/.*{id: \([^,]*\),.*depends_on: \[\([^]]*\)\].*/\1 \2/p' "$work/tasks.yaml" | tr -d , |
	    awk -v first=$(($1 * 9 / 10)) '
		{ id[NR] = $1; for (i = 2; i <= NF; i++) needed[$i] = 1 }
		END { for (i = first + 1; i <= NR; i++) if (!(id[i] in needed)) { print id[i]; exit } }'
}
resident() { awk -v what="$1" '$1 == what ":" { printf "%.0f", $2 / 1024 }' "/proc/$orchd/status"; }
# Hundredths of seconds of processor time: orchd's, and of what has run here before it.
used() {
	own=$(sed 's/.*) //' "/proc/$orchd/stat" | awk '{ print $12 + $13 }')
	say $((own + $(sed 's/.*) //' "/proc/$$/stat" | awk '{ print $14 + $15 }')))
}
start() {
	"$build/bin/orchd" -c "$work/orch.yaml" 2>>"$work/log" &
	orchd=$!
	children=$orchd
	wait_until 60 ready || fail "orchd does not start: $(cat "$work/log")"
}
stop() {
	kill -TERM "$orchd"
	wait "$orchd" || :
	children=
}

for count in ${COUNTS:-1000 10000 100000}; do
	rm -rf "$state"
	cat >"$work/orch.yaml" <<-END
	version: 1
	slots: 2
	state: $state
	runtime: $work/run/orch
	projects:
	  p: {upstream: $work/repository, branch: main, verify: none}
	END
	tasks "$count" >"$work/tasks.yaml"
	start
	ctl pause --why bench >/dev/null
	before=$(used)
	begin=$(date +%s%N)
	ctl add -f "$work/tasks.yaml" >/dev/null || fail "add"
	add_time=$(awk -v ns=$(($(date +%s%N) - begin)) 'BEGIN { printf "%.2f", ns / 1e9 }')
	add_used=$(awk -v after="$(used)" -v before="$before" 'BEGIN { printf "%.2f", (after - before) / 100 }')
	memory=$(resident VmHWM)
	stop
	sqlite3 "$state/orch.db" "UPDATE tasks SET state = 'COMPLETE', started = 1, ended = 2 WHERE position <= $count * 9 / 10"
	begin=$(date +%s%N)
	start
	start_used=$(sed 's/.*) //' "/proc/$orchd/stat" | awk '{ printf "%.2f", ($12 + $13) / 100 }')
	start_time=$(awk -v ns=$(($(date +%s%N) - begin)) 'BEGIN { printf "%.2f", ns / 1e9 }')
	nothing=$(median orchctl --version)
	# A machine that does other things as well makes times longer, not what they take of a processor.
	for figure in "add $add_time s" "add-processor $add_used s" "add-memory $memory MiB" \
	    "restart $start_time s" "restart-processor $start_used s"; do
		say "bench scale-$count-$figure"
	done
	printf 'bench scale-%s-status %s ms\n' "$count" "$(median ctl status)"
	printf 'bench scale-%s-list %s ms\n' "$count" "$(median ctl list --limit 100)"
	printf 'bench scale-%s-list-pending %s ms\n' "$count" "$(median ctl list --state PENDING --limit 100)"
	printf 'bench scale-%s-show %s ms\n' "$count" "$(median ctl show "t$((count - 1))")"
	printf 'bench scale-%s-command-itself %s ms\n' "$count" "$nothing"
	stop
	sed -i 's/verify: none/verify: none, order: plan/' "$work/orch.yaml"
	start
	printf 'bench scale-%s-retry-in-plan-order-processor %s ms\n' "$count" "$(retries "$(alone "$count")")"
	stop
	"$build/tests/bench/decisions" "$count" | while read -r fill middle most longest; do
		say "bench scale-$count-schedule-filled $fill ms"
		say "bench scale-$count-decision $middle us"
		say "bench scale-$count-decision-99 $most us"
		say "bench scale-$count-decision-most $longest us"
	done
done
