#!/bin/sh
# A result that changes files outside its task's scope waits for a person, but with autonomy
# L3. A yes is kept back while another task holds a lease on them; given, that very result
# lands, and meanwhile nobody else starts on these files. A no, and a time limit that is one,
# block the task and keep its work. An end between the question and the answer changes nothing.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/projects_lib.sh"

mkdir "$work/outside"
PATH=$work/outside:$PATH
configuration 2
project p
project limited "approval: {timeout: 1s}"
project free "autonomy: L3, retries: {rework: 1}"
# The verify command of an attempt, whose HOME is the agent's, is not the one that waits.
sed -i "s#p.git, branch: main, verify: none#p.git, branch: main, verify: \"[ -e \$HOME/agent ] || until [ -e $work/outside/verify ]; do sleep 0.1; done\"#" \
    "$work/orch.yaml"
run() { say "[sh, -c, \": >\$HOME/agent; $1\"]"; }
kill_service() {
	kill -9 "$daemon"
	wait "$daemon" || :
	start_service
}
cat >"$work/tasks.yaml" <<END
project: p
tasks:
  - {id: yes, title: Yes, prompt: p, priority: 0, files: [in], command: $(run "echo x >in; mkdir deep; echo y >deep/out; echo z >other")}
  - {id: no, title: No, prompt: p, priority: 0, files: [no], command: $(run "echo x >no; echo y >wrong")}
  - {id: holder, title: Holder, prompt: p, files: [deep], diff: optional, command: $(run "until [ -e $work/outside/holder ]; do sleep 0.1; done")}
END
start_service
ctl 0 add "$work/tasks.yaml"
wait_until 60 is yes AWAITING_APPROVAL || fail "nobody is asked: $(ask list)"
wait_until 60 is no AWAITING_APPROVAL || fail "nobody is asked: $(ask list)"
wait_until 60 is holder RUNNING || fail "no slot is free: $(ask list)"
kill_service
ctl 0 inbox
has "$work/out" "it changes what is outside its scope: deep/out, other"
has "$work/out" "orchctl approve yes"
ok "it asks, and that is kept over a kill"

ctl 2 approve no yes
has "$work/err" "task 'yes': it changes what is outside its scope, and task holder holds a lease on that"
is no AWAITING_APPROVAL || fail "half of an answer was taken"
: >"$work/outside/holder"
wait_until 60 is holder COMPLETE || fail "holder does not end: $(ask list)"
ctl 0 approve --why "they belong together" yes
wait_until 60 is yes VERIFYING || fail "it is not in the line: $(ask list)"
ctl 0 locks
has "$work/out" "deep/out"
say "tasks: [{id: late, title: Late, prompt: p, project: p, files: [deep/out], command: $(run "echo late >>deep/out")}]" \
    >"$work/more.yaml"
ctl 0 add "$work/more.yaml"
kill_service
waits() { ask list | grep -q "waits for task yes, .* the lease on deep/out"; }
wait_until 60 waits || fail "another one may start: $(ask list)"
: >"$work/outside/verify"
ctl 0 wait yes late
equal "landed" "x y z" "$(git -C "$work/p.git" log --format=%H --grep '^Yes' main | head -1 |
    xargs -I{} sh -c "git -C $work/p.git show {}:in {}:deep/out {}:other" | xargs)"
equal "and then" "y late" "$(git -C "$work/p.git" show main:deep/out | xargs)"
equal "attempts of it" 1 "$(ask events --json --task yes | grep -c '"task.start"')"
ctl 0 events --task yes
has "$work/out" "may write now: deep/out other"
ok "the very result lands, with a lease on all that it changes"

ctl 0 reject --why "not that" no
is no BLOCKED || fail "it is $(state_of no)"
ctl 0 show no
has "$work/out" "rejected by $(id -un): not that"
! git -C "$work/p.git" cat-file -e main:wrong 2>/dev/null || fail "what was rejected has landed"
git -C "$state/projects/p/repository.git" cat-file -e refs/orch/attempts/no/1:wrong || fail "its work is lost"
ctl 0 retry no
wait_until 60 is no AWAITING_APPROVAL || fail "it does not ask again: $(ask list)"
ok "a no blocks it, and another try asks again"

ctl 0 add -p limited --id slow --title Slow --files in -- sh -c "echo x >in; echo y >out"
wait_until 60 is slow BLOCKED || fail "it is $(state_of slow)"
ctl 0 show slow
has "$work/out" "not answered within 1s: approval is needed before it lands: it changes what is outside its scope: out"
ok "a time limit is a no"

ctl 0 add -p free --id over --title Over --files in -- sh -c "echo x >in; echo y >out"
ctl 1 wait over
is over BLOCKED || fail "it is $(state_of over)"
ctl 0 show over
has "$work/out" "outside its scope: out (after 1 rework)"
equal "attempts of it" 2 "$(ask events --json --task over | grep -c '"task.start"')"
stop_service
nothing_left
ok "L3 asks nobody: tried again, then blocked"
