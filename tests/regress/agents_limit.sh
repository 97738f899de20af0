#!/bin/sh
# An agent reaches its usage limit and says when that ends: none of its tasks starts
# before, none has failed, another agent goes on, and a restart knows of it.
. "$(dirname "$0")/lib.sh"
. "$sources/tests/agents/lib.sh"
install_agent codex
install_agent pi
start_model
configure "limits: {timeout: 60s}"
new_repository "$work/repository"
git clone -q --bare "$work/repository" "$work/up.git"
sed -e "s|^  run:|  run:\n    upstream: $work/up.git\n    branch: main|" \
    -e "1a slots: 2\nstate: $state\nruntime: $work/run/orch" -i "$work/orch.yaml"
task limited codex "fault limit 3600"
start_service
ctl 0 add -f "$work/tasks.yaml"
paused() { ask status | grep -q '^paused *agent codex until'; }
wait_until 60 paused || { ask status; ask events; fail "no pause"; }
rm "$work/tasks.yaml"
task other codex "append the line other to file other.txt"
task free pi "append the line free to file free.txt"
ctl 0 add -f "$work/tasks.yaml"
ctl 0 wait free
ctl 0 show other
has "$work/out" "the usage limit of agent codex to end, at"
has "$work/out" PENDING
ctl 0 show limited
has "$work/out" "usage limit"
has "$work/out" PENDING
has "$work/out" rate_limited
ctl 0 list
! grep -q BLOCKED "$work/out" || fail "something is blocked"
requests() { grep -c '"path":"/v1/responses"' "$work/model.log"; }
before=$(requests)
ok "codex waits, pi goes on"

stop_service
start_service
paused || fail "a restart forgets the pause: $(ask status)"
wait_until 20 sh -c "orchctl --socket '$socket' show other | grep -q 'usage limit of agent codex'" ||
    fail "it does not wait: $(ask show other)"
equal "requests of codex" "$before" "$(requests)"
ok "and after a restart too"

ctl 2 resume pi
has "$work/err" "does not pause"
ctl 0 resume --why "another account" codex
has "$work/out" "2 tasks waited for it"
! ask status | grep -q '^paused' || fail "it still pauses"
ctl 0 wait other
equal "what waited" other "$(git -C "$work/up.git" show main:other.txt)"
wait_until 60 paused || fail "the task that was limited has not been tried again"
ctl 0 events
has "$work/out" "the usage limit is taken for over: another account"
stop_service
ok "a person lets it go on"
