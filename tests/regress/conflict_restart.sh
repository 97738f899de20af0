#!/bin/sh
# The attempt that is to finish a conflict is interrupted, and the program ends: the
# next one begins with the same markers and the same words. A state folder of the
# version before, which knew nothing of that, is brought up to date.
. "$(dirname "$0")/lib.sh"

command -v sqlite3 >/dev/null || skip "sqlite3 is not here to make a database of the version before"
new_repository "$work/repository"
# What is in the PATH is what an agent sees of here.
mkdir "$work/outside"
PATH=$work/outside:$PATH
sed "s|GO|$work/outside/go|" >"$work/tasks.yaml" <<'END'
tasks:
  - {id: slow, title: Slow, prompt: p, priority: 0, command: [sh, -c, "case $ORCH_ATTEMPT in 1) while [ ! -e GO ]; do sleep 0.1; done; echo slow >first.txt;; 2) exec sleep 600;; *) cp first.txt seen.txt; cp \"$ORCH_FEEDBACK_FILE\" feedback.txt; echo both >first.txt;; esac"]}
  - {id: quick, title: Quick, prompt: p, command: [sh, -c, "echo quick >first.txt"]}
END
setsid env --default-signal=INT orchctl run -C "$work/repository" --state "$state" -j 2 --verify none --json \
    "$work/tasks.yaml" >"$work/first" 2>"$work/err" </dev/null &
run=$!
children=$run
landed() { grep '"task.complete"' "$work/first" | grep -q '"quick"'; }
wait_until 60 landed || fail "nothing landed"
: >"$work/outside/go"
finishes() { grep '"task.start"' "$work/first" | grep '"slow"' | grep -q '"attempt":2'; }
wait_until 60 finishes || fail "no second attempt"
kill -INT $run
status=0
wait $run || status=$?
children=
equal "exit status" 130 $status
orch 0 -j 2 --verify none --json "$work/tasks.yaml"
has "$work/repository/seen.txt" '<<<<<<< '
has "$work/repository/feedback.txt" 'CONFLICT (content): Merge conflict in first.txt'
equal "what landed" both "$(cat "$work/repository/first.txt")"
ok "kept across an end"

# As version 2 had it, which knew one project and not its name.
sqlite3 "$state/orch.db" "INSERT INTO meta SELECT 'upstream', upstream FROM projects; DROP TABLE projects;
    DROP INDEX events_type; DROP INDEX events_project;
    ALTER TABLE tasks DROP COLUMN project; ALTER TABLE events DROP COLUMN project;
    CREATE TABLE one (number INTEGER PRIMARY KEY, task INTEGER NOT NULL REFERENCES tasks(position),
    attempt INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL, base TEXT, commit_id TEXT,
    commits INTEGER NOT NULL DEFAULT 0);
    INSERT INTO one SELECT number, task, attempt, state, base, commit_id, commits FROM tickets;
    DROP TABLE tickets; ALTER TABLE one RENAME TO tickets;
    CREATE INDEX tickets_live ON tickets(number) WHERE state IN ('drawn', 'waiting')"
sqlite3 "$state/orch.db" "DROP INDEX events_task; DROP TABLE notes; DROP TABLE note_parts; DROP TABLE note_words;
    DROP TABLE changed; DROP TABLE hooks; DROP TABLE outside"
sqlite3 "$state/orch.db" "ALTER TABLE tasks DROP COLUMN conflict; ALTER TABLE tasks DROP COLUMN conflict_id;
    ALTER TABLE attempts DROP COLUMN rework; ALTER TABLE attempts DROP COLUMN commits;
    ALTER TABLE attempts DROP COLUMN sandbox; DROP TABLE interventions; DROP TABLE usage;
    DROP TABLE pauses; DROP TABLE questions; DROP TABLE widened; DROP TABLE traffic; DROP TABLE modes;
    DROP TABLE extras; DROP TABLE fingerprints; DROP INDEX attempts_ended; DROP TABLE ledger; DROP INDEX events_time;
    ALTER TABLE tasks DROP COLUMN fresh; PRAGMA user_version = 2"
say '  - {id: more, title: More, prompt: p, command: [sh, -c, "echo more >more.txt"]}' >>"$work/tasks.yaml"
orch 0 -j 1 --verify none --json "$work/tasks.yaml"
equal "landed" more "$(cat "$work/repository/more.txt")"
equal "attempts of before" 3 "$(sqlite3 -readonly "$state/orch.db" "SELECT count(*) FROM attempts \
    WHERE task = 1 AND rework IS NULL")"
equal "whose they are" "run run 3" "$(sqlite3 -readonly -separator ' ' "$state/orch.db" "SELECT
    (SELECT max(name) FROM projects), min(project), count(*) FROM tasks")"
equal "tickets" "run 1 2 3 4" "$(sqlite3 -readonly -separator ' ' "$state/orch.db" "SELECT max(project),
    group_concat(number, ' ') FROM tickets")"
# A newer one is refused, in words.
sqlite3 "$state/orch.db" "PRAGMA user_version = 1000"
orch 2 -j 1 --verify none "$work/tasks.yaml"
has "$work/err" "is of version 1000"
nothing_left
ok "an older database is brought up to date, a newer one refused"
