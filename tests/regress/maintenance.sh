#!/bin/sh
# Objects are packed in a loop while 120 tasks land: all of them land, nothing that was
# ever in the repository is lost, wanted by a reference or not, an agent that reads its
# history all the time sees no gap, and loose objects and packs stay few. commitd
# is killed four times on the way. (Git's fsck lists the packs first and opens them later,
# so that one which has been replaced meanwhile is an error to it: it may say so once.)
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
for i in $(seq 20); do
	mkdir -p "$work/repository/d$i"
	seq $((i * 100)) >"$work/repository/d$i/f"
	in_repository add -A
	in_repository commit -q -m "Commit $i"
done
{
	say "tasks:"
	say "  - {id: reader, title: Reader, prompt: p, command: [sh, -c, 'for i in \$(seq 150); do git log -p --stat >/dev/null && { git fsck --no-dangling || git fsck --no-dangling; } >/dev/null && git show HEAD~10:d3/f >/dev/null || exit 1; done; echo x >reader']}"
	for i in $(seq 120); do
		say "  - {id: t$i, title: T$i, prompt: p, command: [sh, -c, 'mkdir -p d$((i % 20)); echo $i >d$((i % 20))/t$i; seq $i >s$i']}"
	done
} >"$work/tasks.yaml"
cat >"$work/orch.yaml" <<'END'
projects:
  p: {verify: "true", verify_slots: 2, maintenance: {loose: 40, packs: 3}}
END
objects=$state/projects/p/repository.git/objects
# Every id that was there at some moment, and the most packs there were.
watch() {
	while [ ! -e "$work/over" ]; do
		git -C "$state/projects/p/repository.git" cat-file --batch-all-objects \
		    --batch-check='%(objectname)' >>"$work/seen" 2>/dev/null || :
		find "$objects/pack" -name '*.pack' 2>/dev/null | wc -l >>"$work/packs"
		sort -u -o "$work/seen" "$work/seen"
	done
}
# Kills commitd four times, each when some more have landed.
disturb() {
	repository=$state/projects/p/repository.git
	for many in 30 50 80 100; do
		wait_until 120 enough $many || return
		for pid in $(pids_of '^[^ ]*orch-commitd'); do
			kill -9 "$pid" 2>/dev/null && say killed >>"$work/killed"
		done
	done
}
enough() { [ "$(git -C "$repository" rev-list --count main 2>/dev/null || say 0)" -ge "$1" ]; }
: >"$work/seen"
: >"$work/killed"
watch &
watcher=$!
disturb &
children="$watcher $!"
limit_seconds=400 orch 0 -j 4 -c "$work/orch.yaml" --json "$work/tasks.yaml"
: >"$work/over"
wait $watcher
children=
has "$work/out" '"complete":121'
equal "history" 121 "$(in_repository rev-list --count main~121..main)"
[ "$(grep -c killed "$work/killed")" -ge 3 ] || fail "commitd was not killed"
for folder in "$work/repository" "$state/projects/p/repository.git"; do
	equal "fsck of $folder" "" "$(git -C "$folder" fsck --strict --no-dangling 2>&1)"
done
cd "$state/projects/p/repository.git"
git cat-file --batch-all-objects --batch-check='%(objectname)' | sort -u >"$work/there"
equal "lost objects" "" "$(comm -23 "$work/seen" "$work/there")"
all=$(wc -l <"$work/there")
unwanted=$(git fsck --unreachable 2>/dev/null | grep -c unreachable || :)
loose=$(find objects/?? -type f | wc -l)
packs=$(sort -n "$work/packs" | tail -n 1)
[ "$loose" -lt $((all / 2)) ] || fail "$loose of $all objects are loose"
[ "$packs" -le 12 ] || fail "$packs packs at one time"
equal "half made" "" "$(find objects -name 'tmp_*')"
cd "$work"
nothing_left
ok "$all objects, $unwanted of them unreachable, $loose loose, at most $packs packs; $(grep -c killed "$work/killed") killed"
