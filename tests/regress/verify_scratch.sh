#!/bin/sh
# The verify command of an attempt is feedback: a red one gives the agent
# another iteration with the output in hand, and what the command itself writes
# into the workspace neither lands nor is seen by the next iteration.
. "$(dirname "$0")/lib.sh"

[ "$("$build/libexec/orch-worker" --probe "$work" | head -n 1)" = overlay ] ||
	skip "skipped: no overlays here; a checkout has no layer to throw away"
new_repository "$work/repository"
cat >"$work/tasks.yaml" <<'TASKS'
tasks:
  - id: one
    title: One
    prompt: p
    max_iterations: 3
    command: [sh, -c, "echo $ORCH_ITERATION >>n; ! test -e left || echo >SEEN; test -z \"$ORCH_FEEDBACK_FILE\" || cat \"$ORCH_FEEDBACK_FILE\" >told"]
TASKS
orch 0 -j 1 --verify 'echo needs two; echo x >left; test $(wc -l <n) -ge 2' "$work/tasks.yaml"
equal "iterations" "1 2" "$(xargs <"$work/repository/n")"
has "$work/repository/told" "needs two"
[ ! -e "$work/repository/left" ] || fail "what verify wrote has landed"
[ ! -e "$work/repository/SEEN" ] || fail "what verify wrote was seen by the agent"
