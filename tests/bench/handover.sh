#!/bin/sh
# What the hand-over of a small result costs, as plain files and as a pack: three
# files in two folders of a repository of 5,000. The median time from the agent's
# last instruction to the accepted result (its processes are gone, collecting, the
# way to the repository, durable there); and of that, the import alone. By turns, so
# that both meet the same machine: ROUNDS, of TASKS each.
. "$(dirname "$0")/../regress/lib.sh"
count=${TASKS:-12}
rounds=${ROUNDS:-5}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
{
	say "tasks:"
	i=0
	before=
	while [ $i -lt "$count" ]; do
		say "  - {id: t$i, title: T$i, prompt: p, depends_on: [$before],"
		say "     command: [sh, -c, 'echo $i >>part-0/file-$i.txt; echo $i >part-0/new-$i; echo $i >>part-1/file-$i.txt; date +%s%N']}"
		before=t$i
		i=$((i + 1))
	done
} >"$work/tasks.yaml"

sh "$replay/many_files.sh" "$work/repository" 5000
in_repository tag start

# measure FORM: one round; adds to $work/whole-FORM and $work/import-FORM.
measure() {
	[ "$1" = files ] && option=auto || option=pack
	say "projects: {p: {hand_over: $option}}" >"$work/orch.yaml"
	in_repository update-ref refs/heads/main start
	rm -rf "$state"
	limit_seconds=600 orch 0 -c "$work/orch.yaml" -j 1 --verify none --json --debug "$work/tasks.yaml"
	equal "results by $1" "$count" "$(grep -c "event=intake form=$1 " "$work/err")"
	sed -n 's/.*event=intake form=.* ms=//p' "$work/err" >>"$work/import-$1"
	awk '/"event":"task.land"/ {
		match($0, /"time":[0-9.]*/); time = substr($0, RSTART + 7, RLENGTH - 7)
		match($0, /"task":"[^"]*"/); print substr($0, RSTART + 8, RLENGTH - 9), "land", time
	}' "$work/out" >"$work/times"
	for log in "$state"/logs/*/1.log; do
		task=${log%/1.log}
		say "${task##*/} agent $(awk '/^[0-9]+$/ { printf "%.6f", $1 / 1e9 }' "$log")"
	done >>"$work/times"
	awk '$2 == "agent" { start[$1] = $3 % 1000000 } $2 == "land" { end[$1] = $3 % 1000000 }
	    END { for (task in end) printf "%.2f\n", (end[task] - start[task]) * 1000 }' \
	    "$work/times" >>"$work/whole-$1"
}

round=0
while [ $round -lt "$rounds" ]; do
	measure pack
	measure files
	round=$((round + 1))
done
for what in whole:handover import:import; do
	awk -v files="$(median <"$work/${what%:*}-files")" -v pack="$(median <"$work/${what%:*}-pack")" \
	    -v name="${what#*:}" 'BEGIN {
		printf "bench %s-as-files %.2f ms\n", name, files
		printf "bench %s-as-pack %.2f ms\n", name, pack
		printf "bench %s-as-files-vs-%s-as-pack %.2f x\n", name, name, pack / files
	}'
done
