#!/bin/sh
# Does anything grow with the tasks? 1,000, 10,000 and 100,000 (COUNTS=), each with a scope
# and three dependencies, are added to a paused service; then nine of ten are marked complete
# in its database, for landing them would take hours, and it starts again: what adding takes
# and orchd has in memory, what the start takes, and then status, a page of the list, show of
# one task, the inbox, the notes and so on, each with what orchd itself takes of a processor for
# it; the same for a task of another project from add to COMPLETE, with budgets, and for
# forgetting 5,000 old events; and the scheduler's decisions (tests/bench/decisions.c). Then in
# plan order: to try the first task again that has nothing behind it, by which all behind it get
# other numbers.
. "$(dirname "$0")/../regress/lib.sh"

new_repository "$work/repository"
new_repository "$work/q"
serial=0
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
			printf "  - {id: t%d, project: p, title: Task %d, prompt: p, files: [\"src/part-%d/file-%d/**\"], depends_on: [%s], command: [\"true\"]}\n", i, i, i % 317, i, line
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
# What orchd has taken of a processor, in nanoseconds.
own_time() { cut -d' ' -f1 "/proc/$orchd/schedstat"; }
# own_median BEFORE COMMAND...: what it takes for the command, in milliseconds; BEFORE is run before each.
own_median() {
	first=$1
	shift
	i=0
	while [ $i -lt 21 ]; do
		$first >/dev/null
		before=$(own_time)
		"$@" >/dev/null
		say $(($(own_time) - before))
		i=$((i + 1))
	done | sort -n | awk 'NR == 11 { printf "%.2f", $1 / 1e6 }'
}
# figures NAME COMMAND...: how long it takes, and what of that is orchd's.
figures() {
	name=$1
	shift
	printf 'bench scale-%s-%s %s ms\n' "$count" "$name" "$(median "$@")"
	printf 'bench scale-%s-%s-processor %s ms\n' "$count" "$name" "$(own_median : "$@")"
}
# What the first nine of ten have left behind them, and one of a hundred, which is blocked.
fill_history() {
	sqlite3 "$state/orch.db" <<-END
	CREATE TEMP TABLE done AS SELECT position, id, unixepoch() - 100000 + position * 0.5 AS time FROM tasks WHERE position <= $1 * 9 / 10;
	UPDATE tasks SET state = 'COMPLETE', attempts = 1, started = 1, ended = 2 WHERE position <= $1 * 9 / 10;
	INSERT INTO attempts (task, number, slot, tip, outcome, commit_id, iterations, started, ended)
	    SELECT position, 1, '0', hex(zeroblob(20)), 'done', hex(zeroblob(20)), 1, time, time + 1 FROM done;
	INSERT INTO usage SELECT id, 1000, 10, 100, 0.01, 5 FROM attempts;
	INSERT INTO tickets SELECT 'p', position, position, 1, 'landed', NULL, hex(zeroblob(20)), 1 FROM done;
	INSERT INTO events (time, event, task, attempt, project) SELECT time, kind.value, done.id, 1, 'p' FROM done,
	    json_each('["task.start", "task.land", "task.complete"]') kind ORDER BY position;
	INSERT INTO notes SELECT position, id || '.md', 0, unixepoch() - (position <= $1 * 9 / 10 - 100) * 200000, NULL FROM done;
	UPDATE tasks SET state = 'BLOCKED', reason = 'failed: it is broken', attempts = 1, started = 1, ended = 2
	    WHERE position > $1 * 99 / 100;
	UPDATE ledger SET asked = unixepoch() WHERE task > $1 * 99 / 100;
	END
}
# Events of long ago, for orchd to forget.
age_events() {
	sqlite3 "$state/orch.db" "UPDATE events SET time = 1000 + id WHERE id IN (SELECT id FROM events WHERE event = 'task.land' ORDER BY id LIMIT 5000)"
}
forgotten() { [ "$(sqlite3 -readonly "$state/orch.db" "SELECT count(*) FROM events WHERE time < 10000000")" = 0 ]; }
task_of_q() {
	serial=$((serial + 1))
	say "tasks: [{id: q$serial-$i, project: q, title: Q, prompt: p, command: [sh, -c, 'echo $serial-$i >q']}]" >"$work/q.yaml"
}
run_q() {
	ctl add -f "$work/q.yaml" && ctl wait "q$serial-$i"
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
	  q: {upstream: $work/q, branch: main, verify: none}
	budget: {failures: 1000, hour: {runs: 1M}, day: {tokens: 1000000M, cost: 1000000}, task: {runs: 1000}}
	END
	tasks "$count" >"$work/tasks.yaml"
	start
	ctl pause -p p --why bench >/dev/null
	before=$(used)
	begin=$(date +%s%N)
	ctl add -f "$work/tasks.yaml" >/dev/null || fail "add"
	add_time=$(awk -v ns=$(($(date +%s%N) - begin)) 'BEGIN { printf "%.2f", ns / 1e9 }')
	add_used=$(awk -v after="$(used)" -v before="$before" 'BEGIN { printf "%.2f", (after - before) / 100 }')
	memory=$(resident VmHWM)
	stop
	fill_history "$count"
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
	figures inbox ctl inbox
	figures stats ctl stats
	figures notes-of-late ctl notes --since 1h
	figures list-blocked ctl list --blocked --limit 100
	figures events ctl events --limit 100
	figures events-of-task ctl events --task "t$((count / 2))" --limit 100
	figures events-of-kind ctl events --type task.start --limit 100
	figures tickets ctl tickets
	figures locks ctl locks
	printf 'bench scale-%s-task-with-budgets-processor %s ms\n' "$count" "$(own_median task_of_q run_q)"
	stop
	age_events
	start
	before=$(own_time)
	wait_until 60 forgotten || fail "old events are not forgotten"
	awk -v count="$count" -v ns=$(($(own_time) - before)) 'BEGIN { printf "bench scale-%s-forget-processor %.2f ms\n", count, ns / 1e6 }'
	stop
	sed -i '/^  p:/s/verify: none/verify: none, order: plan/' "$work/orch.yaml"
	start
	again=$(alone "$count")
	printf 'bench scale-%s-retry-in-plan-order-processor %s ms\n' "$count" "$(own_median "ctl cancel $again" ctl retry "$again")"
	stop
	"$build/tests/bench/decisions" "$count" | while read -r fill middle most longest; do
		say "bench scale-$count-schedule-filled $fill ms"
		say "bench scale-$count-decision $middle us"
		say "bench scale-$count-decision-99 $most us"
		say "bench scale-$count-decision-most $longest us"
	done
done
