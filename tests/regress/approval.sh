#!/bin/sh
# A result that changes a protected path waits for a person, and no slot with it: said
# by list, show and wait. Approved it lands; rejected it is BLOCKED and its work kept. An
# end of the service changes nothing; who answered is recorded.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
git clone -q --bare "$work/repository" "$work/up.git"
cat >"$work/orch.yaml" <<END
version: 1
slots: 1
state: $state
runtime: $work/run/orch
projects:
  p: {upstream: $work/up.git, branch: main, verify: none, protect: [ci, "**/Makefile"]}
END
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: yes, title: Yes, prompt: p, priority: 0, command: [sh, -c, "mkdir ci; echo x >ci/x; echo y >yes; git add -A; git commit -qm 'By the agent'"]}
  - {id: no, title: No, prompt: p, command: [sh, -c, "mkdir sub; echo all: >sub/Makefile"]}
  - {id: other, title: Other, prompt: p, priority: 2, command: [sh, -c, "echo o >other"]}
  - {id: after, title: After, prompt: p, depends_on: [yes], command: [sh, -c, "echo a >after"]}
END
start_service
ctl 0 add "$work/tasks.yaml"
ctl 1 wait
has "$work/out" "1 complete, 0 blocked, 0 cancelled, 3 waiting"
ctl 0 list --state AWAITING_APPROVAL
equal "asked" "no yes" "$(sed 1d "$work/out" | awk '{ print $1 }' | sort | xargs)"
has "$work/out" "it changes protected paths: ci/x"
has "$work/out" "it changes protected paths: sub/Makefile"
ctl 0 show yes
has "$work/out" "orchctl approve yes"
ctl 0 status
has "$work/out" "2 AWAITING_APPROVAL"
ctl 1 wait yes
equal "landed" "Other First" "$(git -C "$work/up.git" log --format=%s main | xargs)"
ctl 2 approve other
has "$work/err" "task 'other': it does not wait for an approval"
ctl 2 approve yes other
ctl 0 list --state AWAITING_APPROVAL
equal "still asked" 2 "$(sed 1d "$work/out" | wc -l)"
ok "asks, and goes on with what it may"

stop_service
start_service
ctl 0 approve --why "looks fine" yes
ctl 0 reject --why "not this one" no
has "$work/out" "no: BLOCKED"
ctl 1 wait
has "$work/out" "3 complete, 1 blocked, 0 cancelled, 0 waiting"
ctl 0 show no
has "$work/out" "rejected by $(id -un): not this one"
git -C "$work/up.git" show main:ci/x >/dev/null || fail "what was approved has not landed"
git -C "$work/up.git" log --format=%s main | grep -qx 'By the agent' || fail "not the agent's commit"
git -C "$work/up.git" cat-file -e main:after || fail "what waited for it has not landed"
! git -C "$work/up.git" cat-file -e main:sub 2>/dev/null || fail "what was rejected has landed"
git -C "$state/projects/p/repository.git" cat-file -e refs/orch/attempts/no/1:sub/Makefile ||
    fail "the work of what was rejected is lost"
ctl 0 events
has "$work/out" "yes: waits for a person: approval is needed before it lands"
has "$work/out" "yes: goes on: approved by $(id -un): looks fine"
ok "goes on after an answer, and after a restart"

# Another try asks again.
ctl 0 retry --why "once more" no
ctl 1 wait no
ctl 0 approve no
ctl 0 wait
git -C "$work/up.git" cat-file -e main:sub/Makefile || fail "it has not landed"
ctl 0 show no
has "$work/out" "stepped in 3 times"
noted() { ask notes show no | grep -q "human_interventions: 3"; }
wait_until 30 noted || { ask notes show no; fail "its note counts otherwise"; }
ctl 0 pause
ctl 0 add --id gone --title Gone -- true
ctl 0 cancel gone
stop_service
if command -v sqlite3 >/dev/null; then
	equal "interventions" "yes land approve looks fine no land reject not this one no task retry once more no land approve gone task cancel" \
	    "$(sqlite3 -readonly -separator ' ' "$state/orch.db" "SELECT t.id, question, answer, why \
	    FROM interventions i, tasks t WHERE i.task = t.position AND who = '$(id -un)' ORDER BY i.id" | xargs)"
else
	say "interventions not looked at: sqlite3 is not here"
fi
nothing_left
ok "each answer is recorded"
