#!/bin/sh
# A project that is taken out of the configuration when its tasks have ended: their notes can
# still be read and added to, none of them is tried again, for nobody could start it, its old
# attempts are forgotten like others', and the service starts again after each of that. What
# is exported names the project of each task, and comes in again as it was.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/projects_lib.sh"
command -v sqlite3 >/dev/null || skip "sqlite3 is not here to look into databases"

configuration 2 "history: {attempts: 1d}"
project web
project api
start_service
ctl 0 add -p api --id good --title Good -- sh -c 'echo 1 >good'
ctl 0 add -p api --id bad --title Bad -- sh -c 'exit 77'
ctl 0 add -p web --id after --title After --depends-on good -- sh -c 'echo 1 >after'
ctl 1 wait
ctl 0 export
cp "$work/out" "$work/exported.yaml"
equal "projects of what is exported" "api api web" "$(sed -n 's/^ *\(- \)\{0,1\}project: //p' "$work/out" | sort | xargs)"
ctl 2 export --queue
has "$work/err" "the older queue is of one project"
stop_service
cp "$work/orch.yaml" "$work/first.yaml"
sed -i "s|^state: .*|state: $state.other|" "$work/orch.yaml"
start_service
ctl 0 pause
ctl 0 add "$work/exported.yaml"
ctl 0 --json list -p api
equal "of api" "bad good" "$(grep -o '"id":"[a-z]*"' "$work/out" | cut -d'"' -f4 | sort | xargs)"
stop_service
mv "$work/first.yaml" "$work/orch.yaml"
ok "exported with their projects, and added again"

sed -i '/^  api:/d' "$work/orch.yaml"
sqlite3 "$state/orch.db" "UPDATE attempts SET started = started - 172800, ended = ended - 172800;
    UPDATE tasks SET ended = ended - 172800 WHERE ended > 0"
start_service
attempts() { sqlite3 -readonly "$state/orch.db" "SELECT count(*) FROM attempts"; }
none_left() { [ "$(attempts)" = 0 ]; }
wait_until 30 none_left || fail "$(attempts) attempts are left"
ok "old attempts of all are forgotten"
ctl 0 notes show good
has "$work/out" "Good"
ctl 0 notes add good "words of a person"
ctl 0 notes show good
has "$work/out" "words of a person"
ctl 2 retry bad
has "$work/err" "its project is not in the configuration any more"
is bad BLOCKED || fail "it is $(state_of bad)"
stop_service
start_service
ctl 0 show good
stop_service
nothing_left
ok "notes, no retry, and a start after it"
