#!/bin/sh
# XDG_RUNTIME_DIR and the state lie below folders that agents see, one in the other:
# agents start, and see neither.
ORCH_TEST_TMP=/var/tmp
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/tasks.yaml" <<END
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "find $work/run $work/state >seen 2>&1; echo a >a"]}
END
for place in "$work/state" "$work/run/state"; do
	state=$place
	orch 0 -j 1 --verify none --retry "$work/tasks.yaml"
	! in_repository show main:seen | grep -q '/run/.\|/state/.' || fail "seen: $(in_repository show main:seen)"
	in_repository reset -q --hard HEAD~1
	rm -r "$state"
	nothing_left
	ok "runtime in $XDG_RUNTIME_DIR, state in $state"
done
