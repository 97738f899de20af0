#!/bin/sh
# What has come of it all is summed up; the whole database comes out as SQL while the
# service runs, and another one is made of it; events and attempts that are old enough go,
# but for those of a task that has not ended.
. "$(dirname "$0")/lib.sh"

command -v sqlite3 >/dev/null || skip "sqlite3 is not here to look into databases"
new_repository "$work/repository"
service_configuration
sed -i 's/verify: none}/verify: none, retries: {failed: 0}}/' "$work/orch.yaml"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}
  - {id: b, title: B, prompt: p, command: [sh, -c, "echo b >b"]}
  - {id: bad, title: Bad, prompt: p, command: [sh, -c, "exit 3"]}
  - {id: open, title: Open, prompt: "it's \"quoted\"", requires_approval: [start], command: [sh, -c, "echo o >o"]}
END
start_service
ctl 0 add "$work/tasks.yaml"
ctl 1 wait
ctl 0 --json stats
has "$work/out" '"added":4,"complete":2,"blocked":1,"cancelled":0,"attempts":3'
has "$work/out" '{"name":"waiting","count":3'
has "$work/out" '{"name":"running","count":3'
has "$work/out" '"agent":"command","attempts":3,"done":2'
has "$work/out" '"reasons":[{"reason":"failed","tasks":1}]'
ctl 0 stats
has "$work/out" "4 added, 2 complete, 1 blocked, 0 cancelled"
has "$work/out" "67 % of what ended has landed"
ctl 0 --json stats --since @99999999999
has "$work/out" '"added":0,"complete":0'
ok "summed up"

ctl 0 export --sql
mv "$work/out" "$work/dump.sql"
sqlite3 "$work/copy.db" <"$work/dump.sql"
for table in tasks attempts events tickets ledger; do
	equal "$table" "$(sqlite3 -readonly "$state/orch.db" "SELECT * FROM $table" | cksum)" \
	    "$(sqlite3 "$work/copy.db" "SELECT * FROM $table" | cksum)"
done
equal "schema" "$(sqlite3 -readonly "$state/orch.db" .schema | sort | cksum)" \
    "$(sqlite3 "$work/copy.db" .schema | sort | cksum)"
equal "version" "$(sqlite3 -readonly "$state/orch.db" 'PRAGMA user_version')" \
    "$(sqlite3 "$work/copy.db" 'PRAGMA user_version')"
ok "the whole of it as SQL"

stop_service
# All that has happened was long ago.
sqlite3 "$state/orch.db" "UPDATE events SET time = time - 864000;
    UPDATE attempts SET started = started - 864000, ended = ended - 864000;
    UPDATE tasks SET ended = ended - 864000 WHERE ended > 0"
sed -i '1a history: {events: 9d, attempts: 9d}' "$work/orch.yaml"
start_service
one() { sqlite3 -readonly "$state/orch.db" "$1"; }
are_gone() { [ "$(one "SELECT count(*) FROM attempts")" = 0 ]; }
wait_until 30 are_gone || fail "attempts are left: $(one 'SELECT * FROM attempts')"
equal "refs" "" "$(git -C "$state/projects/p/repository.git" for-each-ref refs/orch/attempts)"
events_are_gone() { [ "$(one "SELECT count(*) FROM events WHERE task IN ('a', 'b', 'bad')")" = 0 ]; }
wait_until 30 events_are_gone || fail "events are left"
equal "of one that has not ended" "task.added task.ask" \
    "$(one "SELECT event FROM events WHERE task = 'open' ORDER BY id" | xargs)"
ctl 0 show a
has "$work/out" "COMPLETE"
ctl 0 retry bad
ctl 0 approve open
ctl 1 wait
has "$work/out" "3 complete, 1 blocked"
stop_service
expect 0 orchctl --state "$state" stats
has "$work/out" "3 complete, 1 blocked"
nothing_left
ok "what is old goes"
