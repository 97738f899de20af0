#!/bin/sh
# What a workspace costs in repositories of 100, 5,000 and 50,000 files: the
# median time of a trivial attempt, one at a time, from its start to the accepted
# result (workspace, sandbox, the agent, collecting, the pack, the import), against
# the median of `git worktree add` alone. Ours has to stay flat.
. "$(dirname "$0")/../regress/lib.sh"
count=${TASKS:-20}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
{
	say "tasks:"
	i=0
	while [ $i -lt "$count" ]; do
		say "  - {id: t$i, title: T$i, prompt: p, command: [sh, -c, 'echo $i >>part-0/file-$i.txt']}"
		i=$((i + 1))
	done
} >"$work/tasks.yaml"

for files in ${FILES:-100 5000 50000}; do
	rm -rf "$work/repository" "$state"
	sh "$replay/many_files.sh" "$work/repository" "$files"
	limit_seconds=600 orch 0 -j 1 --verify none --json "$work/tasks.yaml"
	awk '/"event":"task.(start|land)"/ {
		match($0, /"time":[0-9.]*/); time = substr($0, RSTART + 7, RLENGTH - 7) % 1000000
		match($0, /"task":"[^"]*"/); task = substr($0, RSTART, RLENGTH)
		if (/task.start/) start[task] = time
		else printf "%.1f\n", (time - start[task]) * 1000
	}' "$work/out" | median >"$work/orch-$files"
	for i in 1 2 3; do
		begin=$(date +%s%N)
		in_repository worktree add -q --detach "$work/tree-$i" main
		echo $((($(date +%s%N) - begin) / 100000)) | awk '{ printf "%.1f\n", $1 / 10 }'
		in_repository worktree remove --force "$work/tree-$i"
	done | median >"$work/git-$files"
	awk -v orch="$(cat "$work/orch-$files")" -v worktree="$(cat "$work/git-$files")" -v files="$files" 'BEGIN {
		printf "bench attempt-in-%d-files %.1f ms\n", files, orch
		printf "bench worktree-add-%d-files %.1f ms\n", files, worktree
		printf "bench attempt-in-%d-files-vs-worktree-add %.2f x\n", files, worktree / orch
	}'
done
if [ -e "$work/orch-100" ] && [ -e "$work/orch-50000" ]; then
	awk -v small="$(cat "$work/orch-100")" -v large="$(cat "$work/orch-50000")" 'BEGIN {
		printf "bench attempt-in-50000-files-vs-attempt-in-100-files %.2f x\n", large / small }'
fi
