#!/bin/sh
# What it takes to land one small change on a branch that moves: 300 in a row, on
# repositories of 100, 5,000 and 50,000 files, by orch-commitd (with the trees that
# workspaces are mounted on, as in real runs), by git cherry-pick in a work tree, by
# three git processes, and by helpers that stay (tests/bench/landing.c). Everywhere
# objects and references are synced, and all must end with the same tree. The modes take
# turns, there and back again (ROUNDS=2), each time on fresh copies; a figure is the mean
# over the rounds. FILES=N: only that size. COUNT=N: so many changes.
#
# As root, on an ext4 of its own, in an image on a loop device: with a journal, and with
# nothing that was deleted before. Without a journal ext4 makes each file slowly for
# minutes after many others have gone (it passes over the inodes that were deleted last),
# and that would be in the figures of whoever's turn it is.
. "$(dirname "$0")/../regress/lib.sh"
disk=$work
undo() { ! mountpoint -q "$work/disk" || umount "$work/disk"; }
if [ "$(id -u)" = 0 ] && command -v mkfs.ext4 >/dev/null; then
	mkdir "$work/disk"
	truncate -s 16G "$work/image"
	mkfs.ext4 -q -F -N 3000000 -E lazy_itable_init=0,lazy_journal_init=0 "$work/image"
	if mount -o loop "$work/image" "$work/disk" 2>/dev/null; then
		disk=$work/disk
	fi
fi
[ "$disk" != "$work" ] || say "bench landing: on the file system of $work, whatever it is"
TMPDIR=$disk
export TMPDIR
count=${COUNT:-300}
rounds=${ROUNDS:-2}

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

# fresh MODE: the repository that it works on, as it was at first.
fresh() {
	copy=$1
	case $1 in row|one) copy=up ;; esac
	[ ! -e "$folder/$copy" ] || mv "$folder/$copy" "$folder/used-$round-$1"
	cp -a "$folder/kept/$copy" "$folder/$copy"
	# The files are others now than those of which the index knows.
	[ "$copy" = helper ] || git -C "$folder/$copy" status >/dev/null
}

# measure MODE: a line "MODE MEAN MEDIAN", in ms, to $work/figures.
measure() {
	fresh "$1"
	sync
	ORCH_TEST_KEEP=1 "$build/tests/bench/landing" "$1" "$folder" "$count" >"$work/log" 2>&1 ||
	    { cat "$work/log"; fail "$1 on $files files"; }
	sed -n "s/^mean \([0-9.]*\) median /$1 \1 /p" "$work/log" >>"$work/figures"
	ended=$(sed -n 's/^tree //p' "$work/log")
	tree=${tree:-$ended}
	equal "the tree at the end of $1" "$tree" "$ended"
}

# mean_of MODE COLUMN: over all rounds.
mean_of() {
	awk -v mode="$1" -v column="$2" '$1 == mode { sum += $column; n++ }
		END { if (n == 0) exit 1; printf "%.3f", sum / n }' "$work/figures" || fail "no figure of $1"
}

for files in ${FILES:-100 5000 50000}; do
	folder=$disk/landing-$files
	mkdir -p "$folder/kept"
	sh "$replay/many_files.sh" "$folder/bare" "$files"
	git clone -q "$folder/bare" "$folder/kept/up"
	changes "$files"
	for copy in pick three helper; do
		git clone -q "$folder/bare" "$folder/kept/$copy"
		git -C "$folder/kept/$copy" -c fetch.unpackLimit=1000000 fetch -q origin '+refs/work/*:refs/work/*'
	done
	git -C "$folder/kept/three" checkout -q --detach
	mv "$folder/kept/helper" "$folder/helper.whole"
	mv "$folder/helper.whole/.git" "$folder/kept/helper"
	git -C "$folder/kept/helper" config core.bare true
	: >"$work/figures"
	tree=
	round=0
	while [ $round -lt "$rounds" ]; do
		order="row one pick three helper"
		[ $((round % 2)) = 0 ] || order="helper three pick one row"
		for mode in $order; do
			measure $mode
		done
		round=$((round + 1))
	done
	for mode in row one pick three helper; do
		say "bench landing-$mode-$files-files $(mean_of $mode 2) ms"
		# Of those in a row, the receipts of a push come together: no time of one.
		[ $mode = row ] || say "bench landing-$mode-$files-files-median $(mean_of $mode 3) ms"
		eval "$mode=$(mean_of $mode 2)"
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
