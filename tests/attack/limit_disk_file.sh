#!/bin/sh
# 10 GB of disk, in one file.
. "$(dirname "$0")/limit_lib.sh" <<'AGENT'
dd if=/dev/zero of=big bs=1M count=10240
AGENT
limited disk
