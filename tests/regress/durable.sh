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
# What is in the PATH is what an agent sees of here.
mkdir "$work/outside"
PATH=$work/outside:$PATH
: >"$work/watch"
cat >"$work/tasks.yaml" <<END
tasks:
  - id: quick
    title: Quick
    prompt: p
    command: [sh, -c, "while [ ! -e $work/outside/watched ]; do sleep 0.1; done; echo quick >first.txt; sed -i 's/^1$/quick/' two.txt"]
  - id: slow
    title: Slow
    prompt: p
    command: [sh, -c, "while [ ! -e $work/outside/landed ]; do sleep 0.1; done; echo slow >>first.txt; sed -i '/^[<=>]/d' first.txt; sed -i 's/^60$/slow/' two.txt"]
END
watch_commitd() {
	until pid=$(pids_of "orch-commitd ") && [ -n "$pid" ]; do
		sleep 0.05
	done
	exec strace -f -y -p "$pid" -o "$work/strace" -e trace=fsync,link,linkat,rename 2>>"$work/watch"
}
# A call that another process's came between is in two parts: puts them together again.
calls() {
	awk '/<unfinished \.\.\.>$/ { sub(/ *<unfinished \.\.\.>$/, ""); begun[$1] = $0; next }
	    / <\.\.\. [a-z]+ resumed>/ { sub(/^[0-9]+ +<\.\.\. [a-z]+ resumed>/, begun[$1]) }
	    { print }' "$work/strace"
}
has_landed() { grep -q '"task.complete".*"quick"' "$work/events"; }
is_taken_in() { calls | grep -q 'attempts/slow/2") *= 0'; }

orchctl run -C "$work/repository" --state "$state" -j 2 --verify none --json "$work/tasks.yaml" \
    >"$work/events" 2>"$work/err" </dev/null &
run=$!
children=$run
# Not before the project is open: a program with LeakSanitizer in it dies when it is traced,
# and commitd would be started again, unseen.
has_started() { grep -q '"task.start"' "$work/events"; }
wait_until 60 has_started || fail "nothing starts: $(cat "$work/err")"
watch_commitd &
children="$children $!"
wait_until 60 grep -q attached "$work/watch" || fail "strace is not attached: $(cat "$work/watch" "$work/err")"
: >"$work/outside/watched"
wait_until 60 has_landed || fail "quick does not land: $(cat "$work/err")"
: >"$work/outside/landed"
wait "$run" || fail "the run ended with $?: $(cat "$work/err")"
grep -q '"task.rework"' "$work/events" || fail "no conflict"
repository=$(ls -d "$state"/projects/*/repository.git)
object=$(git -C "$repository" rev-parse refs/orch/attempts/slow/2:two.txt | sed 's/../&\//')
wait_until 60 is_taken_in || fail "strace did not see the reference"
calls | sed "/attempts\/slow\/2\") *= 0/q" >"$work/before"
grep -q "objects/$object" "$work/before" || fail "the object was not made by a merge before"
grep -q "fsync(.*$repository/objects/$object>) *= 0" "$work/before" || fail "the object was not synced"
grep -q "fsync(.*$repository/objects/${object%%/*}>) *= 0" "$work/before" || fail "nor its folder"
nothing_left
ok "all of a result is on the disk before it is taken in"
