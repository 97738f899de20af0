#!/bin/sh
# What it takes to land one small change on a branch that moves: 300 in a row, on
# repositories of 100, 5,000 and 50,000 files, by orch-commitd (with the trees that
# workspaces are mounted on, as in real runs), by git cherry-pick in a work tree, by
# three git processes, and by helpers that stay (tests/bench/landing.c). Everywhere
# objects and references are synced. FILES=N: only that size. COUNT=N: so many changes.
. "$(dirname "$0")/../regress/lib.sh"
count=${COUNT:-300}
folder=$work/landing

# The changes: a line in each of two files edited and one file added, each a commit on main.
changes() {
	awk -v count="$count" -v files="$1" -v main="$(git -C "$folder/bare" rev-parse main)" 'BEGIN {
		for (i = 1; i <= count; i++) {
			printf "commit refs/work/%d\ncommitter Bench <bench@example.org> 1700000001 +0000\ndata 7\nchange\nfrom %s\n", i, main
			for (k = 0; k < 2; k++) {
				edit = 2 * i + k
				file = edit % files
				text = ""
				for (line = 0; line < 20; line++)
					text = text (line == int(edit / files) * 3 ? "changed by " i "\n" : \
					    "line " line " of file " file ", which is like the others but for its number\n")
				printf "M 100644 inline part-%d/file-%d.txt\ndata %d\n%s\n", int(file / 100), file, length(text), text
			}
			printf "M 100644 inline new/%d\ndata 4\nnew\n\n", i
		}
	}' | git -C "$folder/bare" fast-import --quiet
}

# measure MODE: sets $mean and $median, in ms.
measure() {
	sync
	"$build/tests/bench/landing" "$1" "$folder" "$count" >"$work/log" 2>&1 ||
	    { cat "$work/log"; fail "$1 on $files files"; }
	mean=$(sed -n 's/^mean \([0-9.]*\) .*/\1/p' "$work/log")
	median=$(sed -n 's/^mean .* median //p' "$work/log")
}

for files in ${FILES:-100 5000 50000}; do
	rm -rf "$folder"
	mkdir "$folder"
	sh "$replay/many_files.sh" "$folder/bare" "$files"
	git clone -q "$folder/bare" "$folder/up"
	changes "$files"
	for copy in pick three helper; do
		git clone -q "$folder/bare" "$folder/$copy"
		git -C "$folder/$copy" -c fetch.unpackLimit=1000000 fetch -q origin '+refs/work/*:refs/work/*'
	done
	git -C "$folder/three" checkout -q --detach
	mv "$folder/helper" "$folder/helper.whole"
	mv "$folder/helper.whole/.git" "$folder/helper"
	git -C "$folder/helper" config core.bare true
	for mode in row one pick three helper; do
		measure $mode
		say "bench landing-$mode-$files-files $mean ms"
		say "bench landing-$mode-$files-files-median $median ms"
		eval "$mode=$mean"
	done
	awk -v files="$files" -v row="$row" -v one="$one" -v pick="$pick" -v three="$three" -v helper="$helper" 'BEGIN {
		printf "bench landing-%d-files-vs-cherry-pick %.1f x\n", files, pick / row
		printf "bench landing-%d-files-vs-three-processes %.1f x\n", files, three / row
		printf "bench landing-%d-files-to-helpers %.2f x\n", files, row / helper
		printf "bench landing-one-%d-files-vs-cherry-pick %.1f x\n", files, pick / one
		printf "bench landing-one-%d-files-vs-three-processes %.1f x\n", files, three / one
		printf "bench landing-one-%d-files-to-helpers %.2f x\n", files, one / helper
	}'
done
