#!/bin/sh
# 10 GB of disk by what ignores the word that its time has come: there is no grace for it.
. "$(dirname "$0")/limit_lib.sh" <<'AGENT'
trap '' TERM INT HUP
i=0; while :; do i=$((i + 1)); dd if=/dev/zero of=big$i bs=1M count=20 2>/dev/null; done
AGENT
limited disk
