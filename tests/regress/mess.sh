#!/bin/sh
# Whatever an agent does to its workspace, what lands is the tree that
# `git add -A` would have made of it: random changes, one task after the other,
# against a plain checkout to which the same was done, in both kinds of workspace and
# in both forms of a hand-over. MESSES=N for more of them,
# SEED=N for others.
. "$(dirname "$0")/lib.sh"
messes=${MESSES:-40}
seed=${SEED:-1}

new_repository "$work/repository"
cd "$work/repository"
mkdir -p src/deep docs
for i in 1 2 3 4 5 6 7 8; do
	say "text $i" >"src/n$i"
	say "more $i" >"src/deep/n$i"
	say "words $i" >"docs/n$i.o"
done
say '*.o' >docs/.gitignore
say 'n1* text eol=crlf' >.gitattributes
say '*.o binary' >>.gitattributes
say 'n2* ident' >>.gitattributes
: >.gitmodules
git add -A -f 2>/dev/null
git commit -q -m "Something to change"
git tag start
git clone -q . "$work/plain"
mkdir "$work/tools"
cp "$replay/mess.pl" "$work/tools/mess"
{
	say "tasks:"
	i=$seed
	while [ $i -lt $((seed + messes)) ]; do
		after=
		[ $i = "$seed" ] || after=", depends_on: [m$((i - 1))]"
		say "  - {id: m$i, title: Mess $i, prompt: p, diff: optional, command: [perl, \"$work/tools/mess\", \"$i\"]$after}"
		i=$((i + 1))
	done
} >"$work/tasks.yaml"

cd "$work/plain"
i=$seed
while [ $i -lt $((seed + messes)) ]; do
	perl "$work/tools/mess" $i >&2
	# 1: a repository without a commit stays out.
	git add -A --ignore-errors || [ $? = 1 ] || fail "git add in mess $i"
	git commit -q --allow-empty -m "mess $i"
	git rev-parse 'HEAD^{tree}'
	# As in a fresh workspace: nothing that is not tracked, and line ends as Git writes them.
	find . -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf {} +
	git reset -q --hard
	i=$((i + 1))
done 2>"$work/warnings" >"$work/trees"
equal "messes in a plain checkout" "$messes" "$(grep -c . "$work/trees")"
uniq "$work/trees" >"$work/expected"

PATH=$work/tools:$PATH
for way in overlay-auto overlay-pack checkout-auto checkout-pack; do
	kind=${way%-*}
	say "projects: {p: {workspace: $kind, hand_over: ${way#*-}}}" >"$work/orch.yaml"
	in_repository reset -q --hard start
	state=$work/state-$way
	orch 0 -c "$work/orch.yaml" -j 1 --verify none --debug "$work/tasks.yaml"
	in_repository log --reverse --format=%T start..main | uniq >"$work/landed"
	if ! cmp -s "$work/expected" "$work/landed"; then
		line=$(cmp "$work/expected" "$work/landed" | sed 's/.*line //')
		git --git-dir="$work/plain/.git" fetch -q "$work/repository" main
		git --git-dir="$work/plain/.git" diff-tree -r "$(sed -n "${line}p" "$work/expected")" "$(sed -n "${line}p" "$work/landed")"
		fail "$way: mess $((seed + line - 1)) has landed with another tree than 'git add -A' makes"
	fi
	nothing_left
	files=$(grep -c 'event=intake form=files' "$work/err" || :)
	packs=$(grep -c 'event=intake form=pack' "$work/err" || :)
	case $way in
	*-pack)	equal "results as files" 0 "$files" ;;
	*)	[ "$files" -ge 10 ] && [ "$packs" -ge 1 ] || [ "$messes" -lt 30 ] ||
			fail "$way: $files results came as files and $packs as packs" ;;
	esac
	ok "$messes messes landed as they were left in a workspace by $kind, $files results as files and $packs as packs"
done
