#!/bin/sh
# A person changes upstream what an attempt is changing: its result comes back before the
# tip with theirs is told, and whoever waits for the task waits until the next attempt, which
# starts from theirs, has landed.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
mkdir "$work/outside"
PATH=$work/outside:$PATH
service_configuration
start_service
ctl 0 add --id x --title x -- sh -c "[ \$ORCH_ATTEMPT = 1 ] || { grep -q theirs first.txt || exit 77
    printf 'theirs\nmine\n' >first.txt; exit; }
    until [ -e $work/outside/go ]; do sleep 0.05; done; echo mine >first.txt"
is_running() { ask show x | grep -q RUNNING; }
wait_until 30 is_running || fail "it does not run: $(ask show x)"
say "theirs" >"$work/repository/first.txt"
in_repository commit -q -a -m "Theirs"
in_repository push -q "$work/up.git" main
: >"$work/outside/go"
ctl 0 wait x
has "$work/out" "1 complete"
ctl 0 events --task x
has "$work/out" "to be done again: conflict"
equal "history" "First Theirs x" "$(git -C "$work/up.git" log --reverse --format=%s main | xargs)"
equal "file" "theirs mine" "$(git -C "$work/up.git" show main:first.txt | xargs)"
stop_service
nothing_left
ok "who waits for it waits for the next attempt"
