#!/bin/sh
# What each task waits for is said by show, and by list where it is more than its turn: a
# dependency, the lease of another and since when, a back-off, a mode and who is behind it, a
# budget, a free slot, its verify command.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
sed -i 's/slots: 1/slots: 2/; s/verify: none}/verify: none, retries: {failed: 1, later: 1, delay: 1h, delay_most: 1h, jitter: 0}, budget: {task: {runs: 9}}}/' "$work/orch.yaml"
mkdir "$work/outside"
PATH=$work/outside:$PATH
start_service
me=$(id -un)
hold="until [ -e $work/outside/go ]; do sleep 0.1; done; echo x"

# says TASK WORDS: show and, but for what waits for its turn, list.
says() {
	ask show "$1" | grep '^waits for' >"$work/words" || { ask show "$1"; fail "$1 waits for nothing"; }
	grep -qF -e "$2" "$work/words" || { cat "$work/words"; fail "$1 does not wait for $2"; }
}
lists() { ask list | grep "^$1 " | grep -qF -e "waits for $2" || { ask list; fail "list does not say that $1 waits for $2"; }; }
running() { ask list | grep -q "^$1 .*RUNNING"; }

ctl 0 add --id early --files early -- sh -c "echo the others are not there; exit 75"
ctl 1 wait early
said="the agent said: not yet (exit status 75): the others are not there"
ctl 0 events --task early
has "$work/out" "not yet: $said"
ctl 0 show early
has "$work/out" "reason       not yet (exit status 75) too often on a branch that did not move; the last time $said"
ok "what an agent said that cannot go on yet"

ctl 0 add --id holder --files 'doc/*' --files 'src/auth/**' -- sh -c "mkdir -p src/auth; $hold >src/auth/a.txt"
wait_until 30 running holder || fail "it does not run"
ctl 0 add --id barred --files src/auth/login.c -- sh -c "mkdir -p src/auth; echo y >src/auth/login.c"
says barred "task holder, which is RUNNING and has held the lease on src/auth/** for "
grep -q 'for [0-9]* s$' "$work/words" || fail "it does not say since when: $(cat "$work/words")"
lists barred "task holder, which is RUNNING and has held the lease on src/auth/** for "
ctl 0 add --id behind --depends-on barred -- true
says behind "task barred, which it depends on and which is PENDING"
lists behind "task barred"
ctl 0 add --id last --depends-on behind -- true
says last "task behind, which it depends on and which is PENDING; first of all task barred, which is PENDING"
ok "a lease, a dependency and where its chain begins"

ctl 0 add --id bad -- sh -c "exit 1"
delayed() { ask show bad | grep -q '^waits for *its next attempt at [0-9:]*, after: failed'; }
wait_until 30 delayed || { ask show bad; fail "no back-off"; }
lists bad "its next attempt at "
ctl 0 add --id other --files other -- sh -c "$hold >other"
wait_until 30 running other || fail "it does not run"
ctl 0 add --id third --files third -- sh -c "echo third >third"
says third "a free slot: all 2 are taken"
! ask list | grep "^third " | grep -q "waits for" || fail "list makes much of a turn"
ok "a back-off, a free slot"

ctl 0 pause --why "a look at the disk"
says third "orchd, which is paused by $me since "
says third ": a look at the disk (orchctl resume)"
lists third "orchd, which is paused by $me"
# What stays in its way is said first.
says behind "task barred, which it depends on"
ctl 0 resume
ctl 0 drain -p p
says third "project p, which is being drained by $me since "
ctl 0 resume -p p
ctl 0 halt -p p
says third "project p, which is halted by $me since "
says third " (orchctl resume -p p)"
ctl 0 resume -p p
ok "a mode, who and why"

: >"$work/outside/go"
ctl 0 wait holder barred other third
ctl 0 cancel last behind
stop_service
sed -i 's/budget: {task: {runs: 9}}/budget: {run: {runs: 1}}/' "$work/orch.yaml"
start_service
ctl 0 add --id over -- true
over() { ask show over | grep -q '^waits for *the budget of project p: budget.run.runs: .* of 1 used'; }
wait_until 30 over || { ask show over; fail "it does not wait for the budget"; }
lists over "the budget of project p: budget.run.runs"
says over "; orchctl resume --why TEXT -p p lets it go on"
stop_service
ok "a budget"
nothing_left
