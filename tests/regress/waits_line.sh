#!/bin/sh
# A result that cannot land says who comes first in the line and what a person can do; so do
# what may not run for a bound of its project or its agent, what waits behind a task that is
# given up, and what waits for a wave. A blocked task says what can be done with it.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
git clone -q --bare "$work/repository" "$work/one.git"
git clone -q --bare "$work/repository" "$work/two.git"
git clone -q --bare "$work/repository" "$work/three.git"
mkdir "$work/outside"
PATH=$work/outside:$PATH
cat >"$work/orch.yaml" <<END
version: 1
slots: 4
state: $state
runtime: $work/run/orch
projects:
  one: {upstream: $work/one.git, branch: main, verify: none, order: plan}
  two: {upstream: $work/two.git, branch: main, verify: none, slots: 2, retries: {failed: 0}}
  three: {upstream: $work/three.git, branch: main, verify: none, waves: yes}
agents:
  single: {command: [sh, -eu], prompt: stdin, slots: 1}
END
hold="until [ -e $work/outside/go ]; do sleep 0.1; done"
start_service

# says TASK WORDS: show and list.
says() {
	ask show "$1" | grep -qF -e "waits for    $2" || { ask show "$1"; fail "$1 does not wait for $2"; }
	ask list | grep " $1 " | grep -qF -e "waits for $2" || { ask list; fail "list does not say that $1 waits for $2"; }
}
is() { ask list | grep " $1 " | grep -q " $2 "; }

cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: first, prompt: p, files: [a], requires_approval: [start], command: [sh, -c, "echo a >a"]}
  - {id: second, prompt: p, files: [b], command: [sh, -c, "echo b >b"]}
END
ctl 0 add -p one "$work/tasks.yaml"
wait_until 30 is second LANDING || { ask list; fail "it does not get into the line"; }
says second "its turn in the line, as ticket 2: task first comes first, as ticket 1, and is AWAITING_APPROVAL (orchctl inbox)"
ctl 0 approve first
ctl 0 wait first second
ok "who comes first in the line"

ctl 0 add -p two --id r1 --files r1 --agent single --prompt "$hold; echo 1 >r1"
wait_until 30 is r1 RUNNING || fail "it does not run"
ctl 0 show r1
grep -q '^ *1  running  ' "$work/out" || { cat "$work/out"; fail "its attempt does not run"; }
has "$work/out" "output       orchctl logs r1"
ctl 0 add -p two --id r2 --files r2 --agent single --prompt "echo 2 >r2"
says r2 "a place with agent single, which has at most 1 task running at once"
ctl 0 add -p two --id r3 --files r3 -- sh -c "$hold; echo 3 >r3"
wait_until 30 is r3 RUNNING || fail "it does not run"
ctl 0 add -p two --id r4 --files r4 -- sh -c "echo 4 >r4"
says r4 "a place in project two, which has at most 2 tasks running at once"
: >"$work/outside/go"
ctl 0 wait r1 r2 r3 r4
ok "bounds of an agent and of a project"

ctl 0 add -p two --id bad -- sh -c "exit 3"
ctl 0 add -p two --id next --depends-on bad -- true
ctl 0 add -p two --id last --depends-on next -- true
ctl 1 wait last
says last "task next, which it depends on and which is PENDING; first of all task bad, which is BLOCKED (orchctl retry bad)"
ctl 0 show bad
has "$work/out" "waits for    a person: orchctl retry bad, or orchctl cancel bad"
! grep -q '^estimate' "$work/out" || fail "an estimate of what has ended"
ctl 0 add -p two --id late --timeout 1s -- sleep 100
ctl 1 wait late
ctl 0 show late
has "$work/out" "timeout      1 s"
has "$work/out" "reason       timeout: the time limit is reached: 1 s"
ctl 0 cancel bad
says next "task bad, which it depends on and which is CANCELLED (orchctl retry bad)"
ctl 0 add -p two --id hopeless --depends-on bad --depends-on late --depends-on r1 -- true
has "$work/err" "warning: task 'hopeless': depends on task bad, which is CANCELLED (orchctl retry bad)"
has "$work/err" "warning: task 'hopeless': depends on task late, which is BLOCKED (orchctl retry late)"
equal "warnings" 2 "$(grep -c warning "$work/err")"
ctl 0 add -p two --id waits-for-one-that-waits --depends-on next -- true
equal "other warnings" "" "$(cat "$work/err")"
ok "where a chain of dependencies begins"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: wave-1, prompt: p, command: [sh, -c, "echo 1 >wave-1"]}
  - {id: wave-1-asks, prompt: p, requires_approval: [start], command: [sh, -c, "echo 1 >wave-1-asks"]}
  - {id: wave-2, prompt: p, depends_on: [wave-1], command: [sh, -c, "echo 2 >wave-2"]}
END
ctl 0 add -p three "$work/tasks.yaml"
ctl 0 wait wave-1
# Until the tip has what landed, that is waited for.
barred() { ask show wave-2 | grep -qF "waits for    task wave-1-asks"; }
wait_until 20 barred || { ask show wave-2; fail "wave-1-asks does not bar it"; }
says wave-2 "task wave-1-asks, which is in a wave before its own and is AWAITING_APPROVAL (orchctl inbox)"
ctl 0 approve wave-1-asks
ctl 0 wait wave-2
ok "who is left of the wave before"

# What is not where it was is named.
mv "$state/projects/two/repository.git" "$work/away.git"
ctl 0 add -p two --id homeless --files homeless -- sh -c "echo 1 >homeless"
ended() { ask show homeless | grep -q "^reason .*$state/projects/two/repository.git"; }
wait_until 30 ended || { ask show homeless; fail "what it lacks is not named"; }
mv "$work/away.git" "$state/projects/two/repository.git"
ok "a repository that was moved away"
stop_service

# In a run that is with an option of the next one.
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: bad, prompt: p, command: [sh, -c, "exit 77"]}
  - {id: next, prompt: p, depends_on: [bad], command: ["true"]}
END
state=$work/state-of-run
orch 1 --verify none "$work/tasks.yaml"
has "$work/out" "waits for task bad, which it depends on and which is BLOCKED (orchctl run --retry)"
nothing_left
