#!/bin/sh
# 4 GB of memory, in many processes that each have little.
. "$(dirname "$0")/limit_lib.sh" <<'AGENT'
for i in $(seq 80); do perl -e 'my $a = "x" x (50 << 20); sleep 60' & done
wait
AGENT
limited memory
