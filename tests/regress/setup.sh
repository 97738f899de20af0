#!/bin/sh
# Setup runs once for many tasks, and attempts and the gate see what it made: files that Git
# ignores and others. None of it lands, nor what it changed in tracked files; an agent's own
# change of such a file does. With another lock file it runs again, before the gate of the
# change itself; at most two layers are kept. As root and as a user, in an overlay and in a
# checkout.
. "$(dirname "$0")/../attack/users_lib.sh"

# run STATUS SLOTS OPTIONS...
run() {
	wanted=$1 slots=$2 seen=0
	shift 2
	XDG_RUNTIME_DIR=$place/run XDG_STATE_HOME=$place/home as timeout -k 5 120 orchctl run -C "$place/repository" --state "$place/state" -c "$place/orch.yaml" \
	    -j "$slots" --json "$@" "$place/tasks.yaml" >"$work/out" 2>"$work/err" </dev/null || seen=$?
	[ $seen -eq "$wanted" ] || { tail -n 40 "$work/out" "$work/err"; fail "exit status $seen"; }
}

# How often setup has run: each run prints a line to its log.
setups() { cat "$place"/state/logs/p/setup-*.log 2>/dev/null | grep -c RUNS || :; }

try() {
	new_repository "$place/repository"
	git -C "$place/repository" config user.name Person
	printf '%s\n' deps/ >"$place/repository/.gitignore"
	say one >"$place/repository/lock"
	mkdir "$place/repository/src"
	say tracked >"$place/repository/src/tracked"
	git -C "$place/repository" add .
	git -C "$place/repository" commit -q -m "Lock"
	cat >"$place/orch.yaml" <<END
projects:
  p:
    workspace: $kind
    retries: {failed: 0, rework: 0}
    setup:
      command: "echo RUNS; mkdir -p deps/a src/made; cp lock deps/a/of; echo loose >loose.txt; echo in >src/made/in; echo changed >src/tracked; rm first.txt; git config user.name Mallory"
      key: [lock, missing.lock]
END
	cat >"$place/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "test \"$(cat deps/a/of)\" = one && test -e loose.txt && test -e src/made/in && test \"$(cat src/tracked)\" = tracked && test -e first.txt && test -z \"$(git status --porcelain)\" && test \"$(git config user.name)\" != Mallory && echo a >a"]}
  - {id: b, title: B, prompt: p, command: [sh, -c, "test -e deps/a/of && echo b >b && git add -A && git commit -q -m B"]}
  - {id: c, title: C, prompt: p, depends_on: [a], command: [sh, -c, "echo mine >src/made/in; echo new >src/made/new; rm loose.txt; echo '#' >>.gitignore"]}
  - {id: d, title: D, prompt: p, depends_on: [c], command: [sh, -c, "test -e loose.txt && test \"$(cat src/made/in)\" = mine && mv src/made src/moved && echo d >d"]}
END
	[ "$who" = "$(id -u)" ] || chown -R "$who:$who" "$place"
	run 0 2 --verify 'cmp lock deps/a/of && case $ORCH_SLOT in v*) test -e loose.txt ;; esac'
	in_place() { git -C "$place/repository" "$@"; }
	equal "runs of setup" 1 "$(setups)"
	equal "files" ".gitignore a b d first.txt lock src/moved/in src/moved/new src/tracked" \
	    "$(in_place ls-tree -r --name-only main | xargs)"
	equal "tracked" tracked "$(in_place show main:src/tracked)"
	equal "written by an agent" mine "$(in_place show main:src/moved/in)"
	has "$work/out" '"setup.done"'
	ok "once for all, and nothing of it lands, $who $kind"

	# Another lock file: the gate of the change has what is made for it, and later tasks too.
	for lock in two three; do
		cat >"$place/tasks.yaml" <<END
tasks:
  - {id: to-$lock, title: To $lock, prompt: p, command: [sh, -c, "echo $lock >lock; mkdir -p deps/a; cp lock deps/a/of"]}
  - {id: after-$lock, title: After, prompt: p, depends_on: [to-$lock], command: [sh, -c, "test \"\$(cat deps/a/of)\" = $lock && echo $lock >after"]}
END
		run 0 1 --verify 'cmp lock deps/a/of'
	done
	equal "runs of setup" 3 "$(setups)"
	kept=$(find "$place/state/prepared/p" -mindepth 1 -maxdepth 1 | wc -l)
	[ "$kept" -le 2 ] || fail "$kept layers are kept"
	# Without setup in the configuration nothing of it stays.
	say "projects: {p: {workspace: $kind}}" >"$place/orch.yaml"
	cat >"$place/tasks.yaml" <<'END'
tasks:
  - {id: without, title: Without, prompt: p, command: [sh, -c, "test ! -e deps && echo x >without"]}
END
	run 0 1 --verify 'test ! -e deps'
	equal "layers" "" "$(ls "$place/state/prepared/p")"
	nothing_left
	ok "again with another key, at most two are kept, $who $kind"
}

for_each_user try
