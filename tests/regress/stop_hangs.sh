#!/bin/sh
# The upstream does not answer at all while a project is opened: a service that is told
# to stop does so all the same, and soon. When it is not told to, it opens without the
# upstream, and says so.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
looks() { [ -n "$(pids_of 'worktree list')" ]; }
is_over() { ! kill -0 "$daemon" 2>/dev/null; }
stalled() { ask status | grep -q 'stalled'; }
waits() { ask list | grep -q LANDING; }

start_service
ask add --id a --title a -- sh -c 'echo a >a' >/dev/null
ctl 0 wait
kill "$daemon"
wait "$daemon" || :

# Git waits at the other side, for ever, to read its references.
git -C "$work/up.git" pack-refs --all
mv "$work/up.git/packed-refs" "$work/packed-refs"
mkfifo -m 644 "$work/up.git/packed-refs"
start_service
wait_until 20 looks || fail "the upstream is not looked at"
kill "$daemon"
wait_until 40 is_over || fail "orchd does not stop"
wait "$daemon" || :
nothing_left
ok "it stops"

start_service
ask add --id b --title b -- sh -c 'echo b >b' >/dev/null
wait_until 50 stalled || fail "nobody is told: $(ask status)"
wait_until 20 waits || fail "work does not go on: $(ask list)"
mv "$work/packed-refs" "$work/up.git/packed-refs"
ctl 0 wait
equal "history" "First a b" "$(git -C "$work/up.git" log --reverse --format=%s main | xargs)"
stop_service
nothing_left
ok "it opens without an answer"
