#!/bin/sh
# compare.sh RESULT SRC plan|completion: is what landed in RESULT the history of
# SRC? plan: the same commits in the same order, each with the same tree,
# author, date and message but for our trailers. completion: the same set of
# patches and the same last tree, and the tree of every commit passes
# $ORCH_VERIFY. Both: no task and no ticket has landed twice, one line only.
set -eu
LC_ALL=C
export LC_ALL
result=$1
source=$2
order=$3
branch=${4:-main}
verify=${ORCH_VERIFY:-true}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/orch-compare.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# The message of a commit without our trailers and without empty lines at its end.
message() {
	git -C "$1" cat-file commit "$2" | sed '1,/^$/d' | awk '
		/^Orch-(Task|Attempt|Ticket|Agent|Verdict|Line): / { next }
		{ line[++n] = $0 }
		END { while (n > 0 && line[n] == "") n--; for (i = 1; i <= n; i++) print line[i] }'
}

# Everything of a commit that has to be as it was.
describe() {
	[ "$order" != plan ] || git -C "$1" log -1 --format='tree %T' "$2"
	git -C "$1" log -1 --date=raw --format='author %an <%ae> %ad' "$2"
	[ "$order" = plan ] || git -C "$1" diff-tree -p --no-renames --binary --full-index "$2" |
	    git patch-id --stable | sed 's/ .*//'
	message "$1" "$2"
}

# One line for each commit: its description's hash; beside it a file to show.
list() {
	number=0
	for commit in $(git -C "$1" rev-list --reverse --first-parent "replay-base..$3"); do
		number=$((number + 1))
		describe "$1" "$commit" >"$scratch/description"
		name=$(git hash-object --stdin <"$scratch/description")
		cp "$scratch/description" "$scratch/$name"
		echo "$name"
	done >"$2"
}

git -C "$result" rev-parse -q --verify replay-base >/dev/null ||
    git -C "$result" tag replay-base "$(git -C "$source" rev-parse replay-base)"
list "$source" "$scratch/wanted" main
list "$result" "$scratch/seen" "$branch"
if [ "$order" = completion ]; then
	for which in wanted seen; do
		sort -o "$scratch/$which" "$scratch/$which"
	done
fi
if ! cmp -s "$scratch/wanted" "$scratch/seen"; then
	echo "compare: $(wc -l <"$scratch/wanted") commits wanted, $(wc -l <"$scratch/seen") landed; the first that differ:"
	diff "$scratch/wanted" "$scratch/seen" | sed -n 's/^\([<>]\) //p' | head -n 2 | while read -r name; do
		echo "--- $(grep -qx "$name" "$scratch/wanted" && echo wanted || echo landed)"
		cat "$scratch/$name"
	done
	exit 1
fi
[ "$(git -C "$source" rev-parse 'main^{tree}')" = "$(git -C "$result" rev-parse "$branch^{tree}")" ] ||
    { echo "compare: the last tree differs"; exit 1; }
[ -z "$(git -C "$result" rev-list --merges "replay-base..$branch")" ] ||
    { echo "compare: there are merge commits"; exit 1; }
for trailer in Orch-Task Orch-Ticket; do
	git -C "$result" log --format='%B' "replay-base..$branch" | grep "^$trailer: " >"$scratch/trailers" || :
	[ "$(sort -u "$scratch/trailers" | wc -l)" = "$(wc -l <"$scratch/wanted")" ] &&
	    [ "$(wc -l <"$scratch/trailers")" = "$(wc -l <"$scratch/wanted")" ] ||
	    { echo "compare: $trailer is not there once for each commit"; exit 1; }
done
git -C "$result" log --reverse --format='%B' "replay-base..$branch" | sed -n 's/^Orch-Ticket: //p' |
    sort -nc || { echo "compare: the tickets did not land in their order"; exit 1; }
[ "$order" = completion ] || exit 0
for commit in $(git -C "$result" rev-list "replay-base..$branch"); do
	rm -rf "$scratch/tree"
	mkdir "$scratch/tree"
	git -C "$result" archive "$commit" | tar -xf - -C "$scratch/tree"
	(cd "$scratch/tree" && sh -c "$verify") >"$scratch/verify" 2>&1 || {
		echo "compare: $commit does not pass verify"
		cat "$scratch/verify"
		exit 1
	}
done
