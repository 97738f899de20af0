#!/bin/sh
# A restart makes nobody younger and gives no project a fresh share: a task that has waited
# long comes before more urgent ones of later, and a project that had more than its share of
# the slots waits for the other one.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/projects_lib.sh"

command -v sqlite3 >/dev/null || skip "sqlite3 is not here to make tasks older"
configuration 1
project first
project second
start_service
ctl 0 pause
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: urgent, title: T, prompt: p, project: first, diff: optional, command: ["true"]}
  - {id: old, title: T, prompt: p, project: first, priority: 2, diff: optional, command: ["true"]}
  - {id: low, title: T, prompt: p, project: first, priority: 2, diff: optional, command: ["true"]}
END
ctl 0 add "$work/tasks.yaml"
stop_service
sqlite3 "$state/orch.db" "UPDATE ledger SET added = added - 5 * 3600 WHERE task = 2"
start_service
ctl 0 resume
ctl 0 wait
starts() {
	sqlite3 -readonly "$state/orch.db" "SELECT task FROM events WHERE event = 'task.start' ORDER BY id" | xargs
}
equal "order of the starts" "old urgent low" "$(starts)"
ok "ages go on"

# The first one has had some time of the slot by now, the second one none.
ctl 0 pause
equal "ahead" "first 1,second 0" "$(sqlite3 -readonly "$state/orch.db" \
    "SELECT group_concat(name || ' ' || (ahead > 0), ',') FROM projects")"
stop_service
start_service
cat >"$work/more.yaml" <<'END'
tasks:
  - {id: one, title: T, prompt: p, project: first, diff: optional, command: ["true"]}
  - {id: two, title: T, prompt: p, project: second, diff: optional, command: ["true"]}
END
ctl 0 add "$work/more.yaml"
# A project that is not open yet takes no part.
are_open() { [ "$(ask --json status | grep -o '"tip":' | wc -l)" = 2 ]; }
wait_until 30 are_open || fail "not open: $(ask --json status)"
ctl 0 resume
ctl 0 wait
equal "order of the starts" "old urgent low two one" "$(starts)"
stop_service
nothing_left
ok "shares go on"
