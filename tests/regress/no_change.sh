#!/bin/sh
# A task that changes nothing is BLOCKED, unless it says `diff: optional`: then it
# is complete, whether its agent changed nothing, took back what it did, or made
# what the branch has got meanwhile. What depends on it keeps its place.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
in_repository tag start
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: required, title: Required, prompt: p, command: ["true"]}
END
orch 1 -j 1 --verify none --json "$work/tasks.yaml"
has "$work/out" "no_change: the agent ended well and changed nothing; if that is fine, add it under another id with 'diff: optional'"
ok "nothing changed is not done"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: one, title: One, prompt: p, diff: optional, command: [sh, -c, "echo x >same"]}
  - {id: two, title: Two, prompt: p, diff: optional, command: [sh, -c, "echo x >same"]}
  - {id: back, title: Back, prompt: p, diff: optional, command: [sh, -c, "echo y >y; git add y; git commit -qm y; git revert --no-edit HEAD"]}
  - {id: after, title: After, prompt: p, depends_on: [back], command: [sh, -c, "echo z >z"]}
  - {id: last, title: Last, prompt: p, depends_on: [one, two, after], command: [sh, -c, "echo l >l"]}
END
for order in completion plan; do
	in_repository reset -q --hard start
	state=$work/state-$order
	orch 0 -j 4 --order $order --verify none --json "$work/tasks.yaml"
	equal "attempts" 5 "$(grep -c '"task.start"' "$work/out")"
	equal "commits" 3 "$(in_repository rev-list --count start..main)"
	equal "last" Last "$(in_repository log -1 --format=%s main)"
	equal "taken back" "" "$(in_repository log --format=%s start..main | grep Back || :)"
	nothing_left
done
equal "ticket of what depends on it" "Orch-Ticket: 4" "$(in_repository log --grep='^Orch-Task: after$' --format=%B start..main | grep Orch-Ticket)"
ok "nothing changed is done when the task says so"
