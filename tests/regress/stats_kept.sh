#!/bin/sh
# What has come of it all is kept as it happens: at each moment stats says the same as when
# each task and each attempt is counted, which is what a time since which is meant makes it
# do. Attempts that land, fail, come back from the line and change nothing; tasks of two
# projects that are cancelled, tried again, imported as complete; a restart; what is forgotten.
. "$(dirname "$0")/lib.sh"

command -v sqlite3 >/dev/null || skip "sqlite3 is not here to let time pass in a database"
new_repository "$work/repository"
new_repository "$work/other"
service_configuration
mkdir "$work/outside"
PATH=$work/outside:$PATH
# An agent does its prompt, and says what it has used.
sed -i -e 's/^slots: 1/slots: 2/' -e 's/verify: none}/verify: none, retries: {failed: 1}}/' "$work/orch.yaml"
cat >>"$work/orch.yaml" <<END
  other: {upstream: $work/other, branch: main, verify: none, retries: {failed: 0}}
agents:
  one:
    command: [sh, -c, 'read -r line; eval "\$line"; echo "{\"type\":\"result\",\"usage\":{\"in\":7,\"out\":3},\"cost\":0.25}"']
    prompt: stdin
    output:
      format: jsonl
      usage: {when: {type: result}, mode: last, input: usage.in, output: usage.out, cost: cost}
END
ask_both() {
	ctl 0 --json stats "$@"
	sed 's/"seconds":[0-9.]*,"added"/"added"/; s/"per_hour":[^,]*,//' "$work/out" >"$work/kept"
	ctl 0 --json stats --since @1 "$@"
	sed 's/"since":1.0,"seconds":[0-9.]*,"added"/"added"/; s/"per_hour":[^,]*,//' "$work/out" >"$work/counted"
	cmp -s "$work/kept" "$work/counted" || fail "$* kept: $(cat "$work/kept") counted: $(cat "$work/counted")"
}
# both WORDS: they say the same, of all and of each project, and of all they say that.
both() {
	ask_both -p p
	ask_both -p other
	ask_both
	for words; do
		has "$work/kept" "$words"
	done
}
start_service
both '"added":0' '"attempts":0' '"spent":[]'
ok "of nothing"

# The slow one is to come back once the quick one has landed.
sed "s|GO|$work/outside/go|" >"$work/tasks.yaml" <<'END'
tasks:
  - {id: slow, project: p, title: T, prompt: p, priority: 0, command: [sh, -c, "while [ ! -e GO ]; do sleep 0.1; done; echo slow$ORCH_ATTEMPT >first.txt"]}
  - {id: quick, project: p, title: T, prompt: "echo quick >first.txt", agent: one}
  - {id: bad, project: p, title: T, prompt: "exit 3", agent: one}
  - {id: blocked, project: p, title: T, prompt: p, command: [sh, -c, "echo why; exit 77"]}
  - {id: same, project: p, title: T, prompt: ":", agent: one, diff: optional}
  - {id: bad-2, project: other, title: T, prompt: p, command: [sh, -c, "exit 3"]}
  - {id: fine, project: other, title: T, prompt: "echo fine >fine.txt", agent: one}
  - {id: asks, project: other, title: T, prompt: "echo asks >asks.txt", agent: one, requires_approval: [land]}
END
ctl 0 add "$work/tasks.yaml"
ctl 1 wait quick bad blocked same bad-2 fine
both '"complete":3,"blocked":3,"cancelled":0'
: >"$work/outside/go"
ctl 0 wait slow
both '"complete":4,"blocked":3,"cancelled":0' '"reworks":1' \
    '{"project":"p","agent":"one","attempts":4,"done":2'
ok "of what landed, failed and came back"

ctl 0 cancel asks
ctl 0 retry bad
ctl 0 retry blocked
ctl 1 wait
cat >"$work/queue.json" <<'END'
{"features": [{"id": "was", "description": "done elsewhere", "file": "same.txt", "status": "complete", "passes": true}]}
END
ctl 0 import -p p "$work/queue.json"
both '"added":9,"complete":5,"blocked":3,"cancelled":1' '"input":14,"output":6,"cost":0.5'
mv "$work/kept" "$work/before"
ok "of what was cancelled, tried again and imported"

stop_service
start_service
both
cmp -s "$work/before" "$work/kept" || fail "before: $(cat "$work/before") after: $(cat "$work/kept")"
ok "over a restart"

stop_service
sqlite3 "$state/orch.db" "UPDATE attempts SET started = started - 864000, ended = ended - 864000 WHERE task != 1;
    UPDATE tasks SET ended = ended - 864000 WHERE ended > 0 AND id != 'slow'"
sed -i '1a history: {attempts: 9d}' "$work/orch.yaml"
start_service
few_are_left() { [ "$(sqlite3 -readonly "$state/orch.db" "SELECT count(*) FROM attempts")" = 2 ]; }
wait_until 30 few_are_left || fail "attempts are left"
both '"attempts":2,"reworks":1' '"spent":[{"project":"p","agent":"command","attempts":2,"done":2'
stop_service
nothing_left
ok "of what is forgotten no more"
