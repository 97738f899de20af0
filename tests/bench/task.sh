#!/bin/sh
# What a sandboxed task costs that edits one file: workspace, sandbox, agent, the result
# handed over and accepted, clean-up; in repositories of 100, 5,000 and 50,000 files. The
# time from one start to the next in one slot, against `bwrap --unshare-all true` and `git
# commit` of one edited file in a prepared clone, in turn with it.
. "$(dirname "$0")/../regress/lib.sh"
count=${TASKS:-30}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
now() { date +%s%N; }

# ours: milliseconds of each task of one run but the first. In a state folder of its own: none is
# removed in between, for a file system without a journal passes over each inode that was in use
# within the last minute, whenever one is made.
ours() {
	state=$work/state-$files-$round
	limit_seconds=600 orch 0 -j 1 --verify none --json "$work/tasks.yaml"
	awk '/"event":"task.start"/ {
		match($0, /"time":[0-9.]*/); time = substr($0, RSTART + 7, RLENGTH - 7) % 1000000
		if (before) printf "%.3f\n", (time - before) * 1000
		before = time
	}' "$work/out"
}

# theirs: the same of so many sandboxes and commits.
theirs() {
	i=0
	while [ $i -lt "$count" ]; do
		begin=$(now)
		bwrap --ro-bind / / --dev /dev --proc /proc --unshare-all --die-with-parent true
		echo $i >>"$work/clone/part-0/file-0.txt"
		git -C "$work/clone" commit -qam "Change $i"
		say "$(now) $begin" | awk '{ printf "%.3f\n", ($1 - $2) / 1e6 }'
		i=$((i + 1))
	done
}

{
	say "tasks:"
	i=0
	while [ $i -lt "$count" ]; do
		say "  - {id: t$i, title: T$i, prompt: p, command: [sh, -c, 'echo $i >>part-0/file-$i.txt']}"
		i=$((i + 1))
	done
} >"$work/tasks.yaml"

for files in ${FILES:-100 5000 50000}; do
	mkdir "$work/$files"
	sh "$replay/many_files.sh" "$work/repository" "$files"
	git clone -q "$work/repository" "$work/clone"
	: >"$work/ours" && : >"$work/theirs"
	round=0
	while [ $round -lt "${ROUNDS:-3}" ]; do
		ours >>"$work/ours"
		theirs >>"$work/theirs"
		round=$((round + 1))
	done
	a=$(median <"$work/ours") b=$(median <"$work/theirs")
	mv "$work/repository" "$work/clone" "$work/$files"
	say "bench task-$files-files $a ms"
	say "bench task-plain-$files-files $b ms"
	say "$a $b" | awk -v files="$files" '{ printf "bench task-%s-files-vs-task-plain %.2f x\n", files, $1 / $2 }'
	eval "task_$files=$a"
done
# Of the repository's size nothing is to be seen.
[ -z "${task_100:-}" ] || [ -z "${task_50000:-}" ] ||
    say "$task_50000 $task_100" | awk '{ printf "bench task-50000-files-vs-task-100-files %.2f x\n", $1 / $2 }'
