#!/bin/sh
# No other supervisor comes: after the time that is configured an agent is stopped, what it
# has done is saved, and the next supervisor, whenever it comes, takes that over.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
sed -i '1a orphans: 1s' "$work/orch.yaml"
cat >"$work/tasks.yaml" <<END
tasks:
  - id: orphan
    command: [sh]
    prompt: |
      [ \$ORCH_ATTEMPT != 1 ] || { echo half >half.txt; echo begun; sleep 600; }
      echo whole >whole.txt
END
start_service
ctl 0 add -f "$work/tasks.yaml"
begun() { grep -q begun "$state/logs/orphan/1.log" 2>/dev/null; }
wait_until 20 begun || fail "it does not run"
kill -9 "$daemon"
wait "$daemon" 2>/dev/null || :
children=
nothing_left
[ -e "$state/slots/0/result" ] || fail "nothing was saved"
ok "it ends by itself"

start_service
ctl 0 wait orphan
equal "landed" whole "$(git -C "$work/up.git" show main:whole.txt)"
repository=$state/projects/p/repository.git
equal "what the first attempt left" half "$(git -C "$repository" show refs/orch/attempts/orphan/1:half.txt)"
stop_service
nothing_left
ok "and nothing is lost"
