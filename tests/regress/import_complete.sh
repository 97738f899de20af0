#!/bin/sh
# What is imported as complete has landed elsewhere, and no tip is told for it: what writes
# the same files starts at once, though nothing lands here meanwhile.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
cat >>"$work/orch.yaml" <<'END'
agents:
  good: {command: [sh, -c, "echo x >same.txt"], prompt: stdin}
END
start_service
# The project is open, and its tip has all that landed.
ctl 0 add --id first -- sh -c "echo x >first.txt"
ctl 0 wait first
cat >"$work/queue.json" <<'END'
{"features": [
  {"id": "was", "description": "done elsewhere", "file": "same.txt", "status": "complete", "passes": true},
  {"id": "is", "description": "to be done", "file": "same.txt", "status": "pending", "agent": "good"}
]}
END
ctl 0 import "$work/queue.json"
ctl 0 wait is
ctl 0 show is
has "$work/out" "COMPLETE"
stop_service
nothing_left
ok "what was complete elsewhere is in nobody's way"
