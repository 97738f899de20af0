#!/bin/sh
# One worker by hand, without a supervisor: it runs one task in the foreground, says what
# it does, changes nothing in the repository, and leaves what is to be looked at; under
# strace and gdb too.
. "$(dirname "$0")/lib.sh"
worker=$build/libexec/orch-worker

new_repository "$work/repository"
cat >"$work/one.yaml" <<END
tasks:
  - {id: one, title: One, command: [sh, -c, 'echo new >new.txt; echo printed']}
END
before=$(in_repository rev-parse HEAD)
objects=$(find "$work/repository/.git" -type f | sort)
untouched() {
	equal "the branch" "$before" "$(in_repository rev-parse HEAD)"
	equal "files of the repository" "$objects" "$(find "$work/repository/.git" -type f | sort)"
	equal "the work tree" "" "$(in_repository status --porcelain)"
}
TMPDIR=$work
export TMPDIR
expect 0 "$worker" --task "$work/one.yaml" --repository "$work/repository"
has "$work/out" printed
has "$work/err" "result: done"
untouched
! ls -d "$work"/orch-byhand.* 2>/dev/null || fail "its state folder is left"
ok "it runs, and nothing is left"

expect 0 "$worker" --task "$work/one.yaml" --repository "$work/repository" --keep
has "$work/err" "to take it: git index-pack"
folder=$(ls -d "$work"/orch-byhand.*)
equal "in its workspace" new "$(cat "$folder/slots/0/tree/new.txt")"
pack=$folder/slots/0/outbox/pack
commit=$(sed -n 's/^commit: \([0-9a-f]*\),.*/\1/p' "$work/err")
git clone -q "$work/repository" "$work/clone"
git -C "$work/clone" index-pack --fix-thin --stdin <"$pack" >/dev/null
equal "what it made" new "$(git -C "$work/clone" show "$commit:new.txt")"
untouched
rm -rf "$folder"
ok "with --keep, what it made can be taken"

say 'tasks: [{id: bad, title: Bad, command: [sh, -c, "echo no; exit 3"]}]' >"$work/bad.yaml"
expect 1 "$worker" --task "$work/bad.yaml" --repository "$work/repository"
has "$work/err" "result: failed"
expect 2 "$worker" --task "$work/one.yaml" --repository "$work"
expect 2 "$worker" --task "$work/none.yaml" --repository "$work/repository"
ok "what fails says so"

# What collects has an environment of its own, so its search for leaks cannot be put off.
if grep -q __asan_init "$worker"; then
	say "not under strace and gdb: a program that looks for its leaks cannot be traced"
	nothing_left
	exit 0
fi
expect 0 "$worker" --strace --task "$work/one.yaml" --repository "$work/repository"
has "$work/err" 'execve("/usr/bin/bwrap"'
has "$work/err" "result: done"
ok "under strace"
if command -v gdb >/dev/null; then
	say 'quit' >"$work/gdb"
	expect 0 "$worker" --gdb --task "$work/one.yaml" --repository "$work/repository"
	ok "under gdb"
else
	say "gdb is not installed"
fi
nothing_left
