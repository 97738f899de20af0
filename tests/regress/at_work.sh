#!/bin/sh
# Of a task that runs show says what of it is at work: its agent, its own verify command, or
# orch-commitd, which takes in what was left, and why it does not; after a restart of the
# supervisor, too. slots tells a verify command from an agent.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
mkdir "$work/outside"
PATH=$work/outside:$PATH
project_configuration 1 <<END
hand_over: pack
verify: 'until [ -e $work/outside/check ]; do sleep 0.1; done'
END
limit_seconds=30
waits() { ask show a | grep -qF "waits for    $1"; }
# says WORDS: show does, by and by.
says() { wait_until 20 waits "$1" || { ask show a; fail "it does not say '$1'"; }; }
hold="until [ -e $work/outside/go ]; do sleep 0.1; done"
start_service
ctl 0 add --id a --files a -- sh -c "$hold; echo a >a"
says "its agent, which works in slot 0"
ask list | grep "^a " | grep -q "waits for" && fail "list makes much of what runs"
kill -9 "$daemon"
wait "$daemon" 2>/dev/null || :
start_service
says "its agent, which works in slot 0"
: >"$work/outside/go"
says "its verify command, which checks in slot 0 what its agent did"
ctl 0 slots
has "$work/out" "its verify command runs"
kill -9 "$daemon"
wait "$daemon" 2>/dev/null || :
start_service
says "its verify command, which checks in slot 0 what its agent did"
ok "an agent, a verify command, and after a restart"

opened() { ask status | grep -q "^mode *NORMAL"; }
wait_until 20 opened || { ask status; fail "the project is not opened"; }
# Its result comes to a commitd that cannot take it in.
quarantine=$state/projects/p/quarantine
mv "$quarantine" "$work/away"
: >"$quarantine"
: >"$work/outside/check"
says "orch-commitd, which is asked again to take in what its agent left: "
ask list | grep "^a " | grep -q "waits for orch-commitd, which is asked again" || fail "list: $(ask list)"
rm "$quarantine"
mv "$work/away" "$quarantine"
ctl 0 wait a
ok "a result that is not taken in"
stop_service
nothing_left
