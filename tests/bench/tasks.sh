#!/bin/sh
# What a task costs: 200 tasks that each edit one of 5,000 files, on 2 slots,
# nothing verified, from the command line to the moved checkout; against a loop of
# plain git commands that does the same: worktree add, edit, commit, cherry-pick
# onto the branch, worktree remove. Both in this run, one after the other; the loop
# takes long: LOOP=20 does only so many of its tasks.
. "$(dirname "$0")/../regress/lib.sh"
count=${TASKS:-200}
files=${FILES:-5000}
loop=${LOOP:-$count}
[ "$loop" -le "$count" ] || loop=$count

sh "$replay/many_files.sh" "$work/bare" "$files"
git clone -q "$work/bare" "$work/repository"
git clone -q "$work/bare" "$work/plain"
{
	say "tasks:"
	i=0
	while [ $i -lt "$count" ]; do
		file=part-$((i * 25 / 100))/file-$((i * 25)).txt
		say "  - {id: edit-$i, title: Edit $i, prompt: p, command: [sh, -c, 'echo edit $i >>$file']}"
		say "$file" >>"$work/files"
		i=$((i + 1))
	done
} >"$work/tasks.yaml"

sync
begin=$(date +%s%N)
limit_seconds=600 orch 0 -j 2 --verify none "$work/tasks.yaml"
orch_time=$(($(date +%s%N) - begin))
equal "landed" "$count" "$(in_repository rev-list --count origin/main..main)"

cd "$work/plain"
sync
begin=$(date +%s%N)
i=0
while [ $i -lt "$loop" ] && read -r file; do
	git worktree add -q --detach "$work/tree" main >/dev/null 2>&1
	say "edit $i" >>"$work/tree/$file"
	git -C "$work/tree" commit -q -a -m "Edit $i"
	git cherry-pick "$(git -C "$work/tree" rev-parse HEAD)" >/dev/null
	git worktree remove --force "$work/tree"
	i=$((i + 1))
done <"$work/files"
loop_time=$(($(date +%s%N) - begin))
equal "landed by the loop" "$loop" "$(git rev-list --count origin/main..main)"
[ "$loop" != "$count" ] || equal "trees" "$(git rev-parse 'main^{tree}')" "$(in_repository rev-parse 'main^{tree}')"

awk -v orch=$orch_time -v git_loop=$loop_time -v count="$count" -v loop="$loop" 'BEGIN {
	printf "bench task-by-orch %.1f ms\n", orch / count / 1e6
	printf "bench task-by-git-loop %.1f ms\n", git_loop / loop / 1e6
	printf "bench task-by-orch-vs-git-loop %.1f x\n", git_loop / loop / (orch / count)
}'
