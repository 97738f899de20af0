#!/bin/sh
# 10 GB of disk, in many files, in the workspace, HOME and /tmp.
. "$(dirname "$0")/limit_lib.sh" <<'AGENT'
for i in $(seq 100); do
	for folder in /workspace "$HOME" /tmp; do dd if=/dev/zero of="$folder/big$i" bs=1M count=34 2>/dev/null; done
done
AGENT
limited disk
