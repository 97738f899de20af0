#!/bin/sh
# 1 GB of disk, below 200 folders.
. "$(dirname "$0")/limit_lib.sh" <<'AGENT'
cd /workspace
i=0; while [ $i -lt 200 ]; do mkdir d; cd d; i=$((i + 1)); done
for i in $(seq 30); do dd if=/dev/zero of=big$i bs=1M count=34 2>/dev/null; done
sleep 20
AGENT
limited disk
