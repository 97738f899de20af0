#!/bin/sh
# Its .git is a symbolic link to the upstream's.
. "$(dirname "$0")/lib.sh" <<'AGENT'
rm -rf .git
ln -s "$UPSTREAM/.git" .git
planted 'a link .git'
AGENT
attack
