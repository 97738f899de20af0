#!/bin/sh
# What a result needs is synced before the result counts as taken in, also what a
# merge for its first attempt had made already: the merge helper syncs nothing,
# and what is there is not unpacked again. Seen by strace.
. "$(dirname "$0")/lib.sh"

strace -o "$work/strace" true 2>/dev/null || skip "strace cannot be used here"
new_repository "$work/repository"
seq 1 60 >"$work/repository/two.txt"
in_repository add .
in_repository commit -q -m "Second"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: quick
    title: Quick
    prompt: p
    command: [sh, -c, "sleep 1; echo quick >first.txt; sed -i 's/^1$/quick/' two.txt"]
  - id: slow
    title: Slow
    prompt: p
    command: [sh, -c, "sleep 2.5; echo slow >>first.txt; sed -i 's/^60$/slow/' two.txt"]
END
watch_commitd() {
	until pid=$(pids_of "orch-commitd ") && [ -n "$pid" ]; do
		sleep 0.05
	done
	exec strace -f -y -q -p "$pid" -o "$work/strace" -e trace=fsync,link,linkat,rename
}
watch_commitd 2>/dev/null &
children=$!
orch 0 -j 2 --verify none --json "$work/tasks.yaml"
grep -q '"task.rework"' "$work/out" || fail "no conflict"
repository=$(ls -d "$state"/projects/*/repository.git)
object=$(git -C "$repository" rev-parse refs/orch/attempts/slow/2:two.txt | sed 's/../&\//')
wait_until 5 grep -q "attempts/slow/2\") *= 0" "$work/strace" || fail "strace did not see the reference"
sed "/attempts\/slow\/2\") *= 0/q" "$work/strace" >"$work/before"
grep -q "objects/$object" "$work/before" || fail "the object was not made by a merge before"
grep -q "fsync(.*$repository/objects/$object>) *= 0" "$work/before" || fail "the object was not synced"
grep -q "fsync(.*$repository/objects/${object%%/*}>) *= 0" "$work/before" || fail "nor its folder"
nothing_left
ok "all of a result is on the disk before it is taken in"
