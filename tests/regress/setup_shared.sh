#!/bin/sh
# What setup makes for a change that has not landed is that change's alone: one that brings
# another lock file and a setup that spoils what it makes is red, and the next one that
# brings the same lock file gets its own. Two that bring the same one side by side both land.
. "$(dirname "$0")/lib.sh"

setups() { cat "$state"/logs/p/setup-*.log 2>/dev/null | grep -c RUNS || :; }

for kind in overlay checkout; do
	rm -rf "$work/repository"
	new_repository "$work/repository"
	say one >"$work/repository/lock"
	say 'echo RUNS; mkdir deps; cp lock deps/of' >"$work/repository/setup.sh"
	in_repository add .
	in_repository commit -q -m "Lock"
	state=$work/$kind
	cat >"$work/orch.yaml" <<END
projects:
  p: {workspace: $kind, retries: {rework: 0}, setup: {command: "sh setup.sh", key: [lock]}}
END
	cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: spoils, title: Spoils, prompt: p, command: [sh, -c, "echo two >lock; echo 'mkdir deps; echo spoilt >deps/of' >setup.sh"]}
  - {id: fine, title: Fine, prompt: p, priority: 2, command: [sh, -c, "echo two >lock"]}
  - {id: after, title: After, prompt: p, depends_on: [fine], command: [sh, -c, "test $(cat deps/of) = two && echo x >after"]}
END
	verify='case $ORCH_SLOT in v*) cmp lock deps/of ;; esac'
	orch 1 -c "$work/orch.yaml" -j 1 --verify "$verify" --json "$work/tasks.yaml"
	grep '"task.blocked"' "$work/out" >"$work/blocked"
	has "$work/blocked" '"task":"spoils"'
	equal "complete" 2 "$(grep -c '"task.complete"' "$work/out")"
	ok "what was made for a change is its own, $kind"

	before=$(setups)
	cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: x, title: X, prompt: p, command: [sh, -c, "echo three >lock; echo x >x"]}
  - {id: y, title: Y, prompt: p, command: [sh, -c, "echo three >lock; echo y >y"]}
  - {id: z, title: Z, prompt: p, command: [sh, -c, "echo z >z"]}
END
	# The one from before is still blocked.
	orch 1 -c "$work/orch.yaml" -j 3 --verify "$verify" --json "$work/tasks.yaml"
	equal "lock" three "$(in_repository show main:lock)"
	equal "files" "x y z" "$(in_repository ls-tree --name-only main x y z | xargs)"
	[ "$(($(setups) - before))" -le 3 ] || fail "setup ran $(($(setups) - before)) times"
	nothing_left
	ok "two bring the same lock file, $kind"
done
