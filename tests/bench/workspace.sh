#!/bin/sh
# What a workspace costs in repositories of 100, 5,000 and 50,000 files: the
# median time from the start of a trivial attempt to its agent's first instruction
# (workspace, sandbox) and to the accepted result (that, the agent, collecting, the
# pack, the import), against the median of `git worktree add` alone. One at a time:
# each waits until the one before it has landed. Ours has to stay flat.
. "$(dirname "$0")/../regress/lib.sh"
count=${TASKS:-20}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
{
	say "tasks:"
	i=0
	before=
	while [ $i -lt "$count" ]; do
		say "  - {id: t$i, title: T$i, prompt: p, depends_on: [$before],"
		say "     command: [sh, -c, 'date +%s%N; echo $i >>part-0/file-$i.txt']}"
		before=t$i
		i=$((i + 1))
	done
} >"$work/tasks.yaml"

for files in ${FILES:-100 5000 50000}; do
	rm -rf "$work/repository" "$state"
	sh "$replay/many_files.sh" "$work/repository" "$files"
	limit_seconds=600 orch 0 -j 1 --verify none --json "$work/tasks.yaml"
	# Times of one task: started, first instruction, accepted.
	awk '/"event":"task.(start|land)"/ {
		match($0, /"time":[0-9.]*/); time = substr($0, RSTART + 7, RLENGTH - 7)
		match($0, /"task":"[^"]*"/); task = substr($0, RSTART + 8, RLENGTH - 9)
		print task, (/task.start/ ? "start" : "land"), time
	}' "$work/out" >"$work/times"
	for log in "$state"/logs/*/1.log; do
		task=${log%/1.log}
		say "${task##*/} agent $(awk '/^[0-9]+$/ { printf "%.6f", $1 / 1e9; exit }' "$log")"
	done >>"$work/times"
	for what in agent land; do
		awk -v what=$what '$2 == "start" { start[$1] = $3 % 1000000 } $2 == what { end[$1] = $3 % 1000000 }
			END { for (task in end) printf "%.1f\n", (end[task] - start[task]) * 1000 }' "$work/times" |
		    median >"$work/$what-$files"
	done
	for i in 1 2 3; do
		begin=$(date +%s%N)
		in_repository worktree add -q --detach "$work/tree-$i" main
		echo $((($(date +%s%N) - begin) / 100000)) | awk '{ printf "%.1f\n", $1 / 10 }'
		in_repository worktree remove --force "$work/tree-$i"
	done | median >"$work/git-$files"
	awk -v orch="$(cat "$work/land-$files")" -v workspace="$(cat "$work/agent-$files")" \
	    -v worktree="$(cat "$work/git-$files")" -v files="$files" 'BEGIN {
		printf "bench workspace-in-%d-files %.1f ms\n", files, workspace
		printf "bench attempt-in-%d-files %.1f ms\n", files, orch
		printf "bench worktree-add-%d-files %.1f ms\n", files, worktree
		printf "bench workspace-in-%d-files-vs-worktree-add %.2f x\n", files, worktree / workspace
		printf "bench attempt-in-%d-files-vs-worktree-add %.2f x\n", files, worktree / orch
	}'
done
if [ -e "$work/land-100" ] && [ -e "$work/land-50000" ]; then
	for what in agent:workspace land:attempt; do
		awk -v small="$(cat "$work/${what%:*}-100")" -v large="$(cat "$work/${what%:*}-50000")" \
		    -v name="${what#*:}" 'BEGIN {
			printf "bench %s-in-50000-files-vs-%s-in-100-files %.2f x\n", name, name, large / small }'
	done
fi
