#!/bin/sh
# A pipe in the place of HEAD, of the branch and of the configuration: nobody
# waits for its writer.
. "$(dirname "$0")/lib.sh" <<'AGENT'
git commit -q --allow-empty -m one
rm -f .git/HEAD .git/config .git/refs/heads/orch
mkfifo .git/HEAD .git/config .git/refs/heads/orch
planted pipes
AGENT
attack
