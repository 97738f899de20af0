#!/bin/sh
# orchctl plan: needs no supervisor and no repository; its JSON has the members
# of INTERFACE; the schedule keeps to dependencies, scopes and slots, is never
# shorter than the lower bound, and with --waves has barriers.
. "$(dirname "$0")/lib.sh"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: ["true"], estimate: 100}
  - {id: b, title: B, prompt: p, command: ["true"], estimate: 10}
  - {id: c, title: C, prompt: p, command: ["true"], estimate: 50, depends_on: [b]}
  - {id: d, title: D, prompt: p, command: ["true"], files: ["src/**"], estimate: 20}
  - {id: e, title: E, prompt: p, command: ["true"], files: [src/main.c], estimate: 20}
  - {id: f, title: F, prompt: p, command: ["true"]}
END
cd "$work"
unset HOME
expect 0 orchctl plan -j 2 --json tasks.yaml
equal "lines" 1 "$(wc -l <"$work/out")"
for member in '"slots":2' '"makespan":' '"lower_bound":130' '"waves":[[' '"unscheduled":[]' '"schedule":[{"task":'; do
	has "$work/out" "$member"
done
# One line for each: task slot start end.
rows() {
	sed 's/.*"schedule":\[//; s/},{/\n/g' "$work/out" |
	    sed -n 's/.*"task":"\([^"]*\)","slot":\([0-9]*\),"start":\([0-9.]*\),"end":\([0-9.]*\).*/\1 \2 \3 \4/p'
}
rows >"$work/rows"
equal "tasks" 6 "$(wc -l <"$work/rows")"
awk '
	{ slot[$1] = $2; start[$1] = $3; end[$1] = $4; if ($2 > 1 || $4 <= $3) exit 1 }
	function apart(x, y) { return end[x] <= start[y] || end[y] <= start[x] }
	END {
		if (end["b"] > start["c"] || !apart("d", "e")) exit 1
		for (x in slot) for (y in slot) if (x < y && slot[x] == slot[y] && !apart(x, y)) exit 1
		if (end["f"] - start["f"] != 60) exit 1
	}' "$work/rows" || { cat "$work/rows"; fail "not a possible schedule"; }
makespan=$(sed 's/.*"makespan":\([0-9]*\).*/\1/' "$work/out")
[ "$makespan" -ge 130 ] && [ "$makespan" -le 160 ] || fail "makespan $makespan"
equal "makespan" "$makespan" "$(sort -nk4 "$work/rows" | tail -n 1 | cut -d' ' -f4)"
with_waves=$(sed -n 's/.*"makespan_with_waves":\([0-9]*\).*/\1/p' "$work/out")
ok "a schedule"

expect 0 orchctl plan -j 2 --waves --json tasks.yaml
rows >"$work/rows"
awk '{ start[$1] = $3; end[$1] = $4 } END { for (x in end) if (x != "c" && x != "e" && end[x] > start["c"]) exit 1 }' "$work/rows" ||
    { cat "$work/rows"; fail "no barrier between the waves"; }
equal "makespan with waves" "$with_waves" "$(sed 's/.*"makespan":\([0-9]*\).*/\1/' "$work/out")"
equal "makespan without" "$makespan" "$(sed 's/.*"makespan_without_waves":\([0-9]*\).*/\1/' "$work/out")"
ok "waves"

expect 0 orchctl plan -j 1 tasks.yaml
has "$work/out" "with waves"
expect 2 orchctl plan -j 0 tasks.yaml
expect 2 orchctl plan
cp "$work/tasks.yaml" "$work/bad.yaml"
say "  - {id: a, title: A, prompt: p}" >>"$work/bad.yaml"
expect 2 orchctl plan --json bad.yaml
equal "output of a refused file" "" "$(cat "$work/out")"
[ ! -e "$XDG_STATE_HOME" ] || fail "plan made a state folder"
