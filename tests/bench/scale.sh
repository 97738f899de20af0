#!/bin/sh
# Does anything grow with the tasks? 1,000, 10,000 and 100,000 (COUNTS=), each with a scope
# and three dependencies, are added to a paused service; then nine of ten are marked complete
# in its database, for landing them would take hours, and it starts again: what adding takes
# and orchd has in memory, what the start takes, of that what sums, learned lengths and budgets
# take, and then what people ask and do, each with what orchd itself takes of a processor for
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
# What orchd has taken of a processor, in nanoseconds.
own_time() { cut -d' ' -f1 "/proc/$orchd/schedstat"; }
# runs BEFORE COMMAND...: 21 of them, each with its nanoseconds and those that orchd takes of a
# processor; BEFORE is run before each.
runs() {
	first=$1
	shift
	i=0
	while [ $i -lt 21 ]; do
		$first >/dev/null
		before=$(own_time)
		begin=$(date +%s%N)
		"$@" >/dev/null
		end=$(date +%s%N)
		say "$((end - begin)) $(($(own_time) - before))"
		i=$((i + 1))
	done
}
# The median of a column, in milliseconds.
middle() { sort -n -k "$1,$1" "$work/runs" | awk -v column="$1" 'NR == 11 { printf "%.2f", $column / 1e6 }'; }
# figures_after NAME BEFORE COMMAND...: how long it takes, and what of that is orchd's.
figures_after() {
	name=$1
	shift
	runs "$@" >"$work/runs"
	printf 'bench scale-%s-%s %s ms\n' "$count" "$name" "$(middle 1)"
	printf 'bench scale-%s-%s-processor %s ms\n' "$count" "$name" "$(middle 2)"
}
# figures NAME ARGUMENTS...: the same of orchctl.
figures() {
	name=$1
	shift
	figures_after "$name" : ctl "$@"
}
own_median() {
	runs "$@" >"$work/runs"
	middle 2
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
# What people ask: a page where there are pages.
look() {
	figures status status
	figures status-json status --json
	figures list list --limit 100
	figures list-pending list --state PENDING --limit 100
	figures list-complete list --state COMPLETE --limit 100
	figures list-from-the-middle list --after "t$((count / 2))" --limit 100
	figures list-blocked list --blocked --limit 100
	figures list-of-project list -p q --limit 100
	figures list-of-agent list --agent claude --limit 100
	figures show-complete show "t$((count / 2))"
	figures show show "t$((count - 1))"
	figures show-waiting show "$again"
	figures inbox inbox
	figures stats stats
	figures stats-of-project stats -p p
	figures stats-since stats --since 1h
	figures notes-of-late notes --since 1h
	figures note notes "t$((count / 2))"
	figures events events --limit 100
	figures events-since events --since 1h --limit 100
	figures events-of-task events --task "t$((count / 2))" --limit 100
	figures events-of-kind events --type task.start --limit 100
	figures events-of-rare-kind events --type mode.never --limit 100
	figures events-of-pattern events --type 'task.*' --limit 100
	figures events-of-project events -p q --limit 100
	figures tickets tickets
	figures tickets-of-before tickets -a --limit 100
	figures locks locks
	figures slots slots
	figures wait wait "t$((count / 2))"
}
add_one() {
	serial=$((serial + 1))
	orchctl -s "$work/run/orch/orchd.sock" add -p p --id "one$serial-$count" --prompt x -- true
}
# And what they do to one task, which syncs to the disk.
change() {
	figures_after add-one : add_one
	ctl cancel "$again" >/dev/null
	figures_after cancel "ctl retry $again" ctl cancel "$again"
	ctl retry "$again" >/dev/null
	figures_after retry "ctl cancel $again" ctl retry "$again"
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
# restored WHAT: the seconds of a processor that it took at the last start, by what orchd says.
restored() { sed -n "s/.* event=restored .* $1=\([0-9.]*\).*/\1/p" "$work/log" | tail -n 1; }
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
	again=$(alone "$count")
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
	# A machine that does other things as well makes times longer, not what they take of a processor.
	for figure in "add $add_time s" "add-processor $add_used s" "add-memory $memory MiB" \
	    "restart $start_time s" "restart-processor $start_used s" "restart-sums-processor $(restored sums) s" \
	    "restart-estimates-processor $(restored estimates) s" "restart-budgets-processor $(restored budgets) s"; do
		say "bench scale-$count-$figure"
	done
	runs : orchctl --version >"$work/runs"
	printf 'bench scale-%s-command-itself %s ms\n' "$count" "$(middle 1)"
	look
	change
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
	printf 'bench scale-%s-retry-in-plan-order-processor %s ms\n' "$count" "$(own_median "ctl cancel $again" ctl retry "$again")"
	stop
	"$build/tests/bench/decisions" "$count" | while read -r fill middle most longest; do
		say "bench scale-$count-schedule-filled $fill ms"
		say "bench scale-$count-decision $middle us"
		say "bench scale-$count-decision-99 $most us"
		say "bench scale-$count-decision-most $longest us"
	done
done
