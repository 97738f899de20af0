#!/bin/sh
# Attempts that a budget counts are not forgotten, however short history.attempts is: a
# supervisor that is started again knows them.
. "$(dirname "$0")/lib.sh"
command -v sqlite3 >/dev/null || skip "sqlite3 is not here to look into databases"

new_repository "$work/repository"
service_configuration
sed -i '1a budget: {run: {runs: 3}}\nhistory: {attempts: 1d, events: 1d}' "$work/orch.yaml"
start_service
ctl 0 add --id a -- sh -c 'echo 1 >a'
ctl 0 add --id b -- sh -c 'echo 1 >b'
ctl 0 wait
stop_service
# All of it was two days ago; a project without a budget would lose both.
sqlite3 "$state/orch.db" "UPDATE attempts SET started = started - 172800, ended = ended - 172800;
    UPDATE tasks SET ended = ended - 172800 WHERE ended > 0; UPDATE events SET time = time - 172800"
start_service
events() { sqlite3 -readonly "$state/orch.db" "SELECT count(*) FROM events WHERE task = 'a'"; }
pruned() { [ "$(events)" = 0 ]; }
wait_until 30 pruned || fail "history was not looked at"
equal "attempts that are kept" 2 "$(sqlite3 -readonly "$state/orch.db" 'SELECT count(*) FROM attempts')"
kill -9 "$daemon"
wait "$daemon" 2>/dev/null || :
start_service
ctl 0 add --id c -- sh -c 'echo 1 >c'
ctl 0 add --id d -- sh -c 'echo 1 >d'
ended() { ask show c | grep -q COMPLETE; }
wait_until 30 ended || fail "the third does not run: $(ask list)"
waits() { ask show d | grep -q 'waits for.*3 of 3'; }
wait_until 30 waits || { ask show d; ask status; fail "the fourth does not wait for the budget"; }
stop_service
ok "a budget counts what was long ago"
