#!/bin/sh
# It prints without end.
. "$(dirname "$0")/limit_lib.sh" <<'AGENT'
yes "$(head -c 1000 /dev/zero | tr '\0' y)"
AGENT
limited output
