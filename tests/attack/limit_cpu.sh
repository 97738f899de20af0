#!/bin/sh
# All processors, for ever.
. "$(dirname "$0")/limit_lib.sh" <<'AGENT'
for i in 1 2 3 4; do while :; do :; done & done
wait
AGENT
limits="timeout: 50s, cpu: 3s"
limited cpu
