#!/bin/sh
# A supervisor that is asked to stop, as systemctl does, stops everything, workers that it
# has adopted too; and so does a cancel of a task that was adopted.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
sed -i 's/^slots: 1/slots: 2/' "$work/orch.yaml"
cat >"$work/tasks.yaml" <<END
tasks:
  - {id: one, command: [sh, -c, 'echo half >half.txt; echo begun; sleep 600']}
  - {id: two, command: [sh, -c, 'echo begun; sleep 600']}
END
start_service
ctl 0 add -f "$work/tasks.yaml"
begun() { grep -q begun "$state/logs/one/1.log" 2>/dev/null && grep -q begun "$state/logs/two/1.log"; }
wait_until 20 begun || fail "they do not run"
kill -9 "$daemon"
wait "$daemon" 2>/dev/null || :
start_service
busy() { [ "$(ask --json slots | tr '{' '\n' | grep -c '"state":"busy"')" = "$1" ]; }
wait_until 20 busy 2 || fail "they are not adopted"
ctl 0 cancel two
ctl 1 wait two
has "$work/out" "1 cancelled"
wait_until 20 busy 1 || fail "it goes on: $(ask slots)"
ctl 0 events --task two
equal "what is told" "to be cancelled: cancelled by a person cancelled: cancelled by a person" \
    "$(sed -n 's/.* two: \(.*cancelled.*\)/\1/p' "$work/out" | xargs)"
ok "an adopted task is cancelled"
stop_service
nothing_left
repository=$state/projects/p/repository.git
start_service
pinned() { git -C "$repository" show refs/orch/attempts/one/1:half.txt >/dev/null 2>&1; }
wait_until 20 pinned || fail "what it had done is lost"
ctl 0 cancel one
stop_service
nothing_left
ok "a stop ends adopted workers and saves what there is"
