#!/bin/sh
# The outbox, the record and the lock of its slot, by path; and folders in the
# places where the collector has its own.
. "$(dirname "$0")/lib.sh" <<'AGENT'
for name in outbox outbox/pack outbox/paths job result prepared lock collect collector/git/config collector/list; do
	shell "$name" "echo x >$STATE/slots/$ORCH_SLOT/$name"
done
mkdir -p /run/orch/outbox /run/orch/new /run/orch/git /run/orch/index
echo garbage >/run/orch/outbox/pack
printf '[core]\n\tfsmonitor = "%s #"\n' "$PAYLOAD" >/run/orch/git/config
mkdir -p /workspace/run/orch
ln -s /run/orch /workspace/run/orch/link
planted 'folders of the collector'
AGENT
attack
