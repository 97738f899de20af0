#!/bin/sh
# The supervisor is killed between the end of a task and its note: the next start writes it.
# A note that cannot be written is an event, told once, keeps nothing from landing, and is
# written when it can be.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
mkdir -p "$state/sessions"
say "in the way" >"$state/sessions/p"
start_service
ctl 0 add --id a --title A -- sh -c 'echo a >a'
ctl 0 wait a
told() { ask events | grep -q "note.failed.*sessions/p"; }
wait_until 10 told || fail "it is not told: $(ask events)"
ctl 0 notes a
has "$work/out" "$state/sessions/p/"
has "$work/out" "it is tried again"
[ "$(ask events | grep -c note.failed)" = 1 ] || fail "it is told again and again"
ok "a note that cannot be written holds up nothing"

kill -9 "$daemon"
wait "$daemon" 2>/dev/null || :
rm "$state/sessions/p"
start_service
there() { grep -q 'status: "complete"' "$state"/sessions/p/*-a.md 2>/dev/null; }
wait_until 10 there || fail "the next start does not write it"
equal "what is due" 0 "$(ask --json notes a | grep -c '"due":true' || :)"
ok "and is written by the next start"

# Killed with kill -9 while its attempt runs: the note tells of it, and how it went on.
ctl 0 add --id b --title B -- sh -c 'echo b >b; test $ORCH_ATTEMPT = 2 || sleep 600'
running() { ask show b | grep -q RUNNING; }
wait_until 20 running || fail "b does not run"
kill -9 $(pids_of "orch-worker -s 0 ") "$daemon" 2>/dev/null || :
wait "$daemon" 2>/dev/null || :
start_service
lost() { grep -q '| 1 |.*| lost' "$state"/sessions/p/*-b.md 2>/dev/null; }
wait_until 20 lost || fail "no note of the attempt that was lost: $(cat "$state"/sessions/p/*-b.md)"
ctl 0 wait b
there() { grep -q 'status: "complete"' "$state"/sessions/p/*-b.md 2>/dev/null; }
wait_until 10 there || fail "no note of its end"
equal "notes of b" 1 "$(ls "$state"/sessions/p | grep -c -e '-b.md')"
stop_service
nothing_left
ok "an attempt that was lost has a note, and it is rewritten"
