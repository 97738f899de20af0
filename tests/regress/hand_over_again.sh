#!/bin/sh
# A result that the machine cannot take in is not lost: its folder for quarantine is no
# folder. It is handed over again, and lands as soon as that is mended.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/orch.yaml" <<'END'
projects:
  p: {verify: none, hand_over: pack, workspace: checkout}
END
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: t, title: T, prompt: p, command: [sh, -c, ": >ready; until [ -e go ]; do sleep 0.1; done; rm ready; mv go gone"]}
END
orchctl run -C "$work/repository" --state "$state" -c "$work/orch.yaml" --json "$work/tasks.yaml" \
    >"$work/out" 2>"$work/err" </dev/null &
run=$!
begun() {
	tree=$(find "$state/slots" -name ready 2>/dev/null | head -n 1)
	[ -n "$tree" ]
}
wait_until 15 begun || fail "no workspace"
quarantine=$(ls -d "$state"/projects/*/quarantine)
mv "$quarantine" "$quarantine.kept"
say file >"$quarantine"
say go >"${tree%/*}/go"
refused() { grep -q "result refused: .*quarantine" "$work/err"; }
wait_until 15 refused || fail "nobody says that the machine cannot"
grep -q task.blocked "$work/out" && fail "it is the task's fault"
rm "$quarantine"
mv "$quarantine.kept" "$quarantine"
wait "$run" || fail "it does not land when the machine can again"
equal "landed" go "$(in_repository show main:gone)"
nothing_left
ok "handed over again"
