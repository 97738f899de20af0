#!/bin/sh
# Its .git is a file that names another folder: commitd's repository, the
# upstream's, one of its own making.
. "$(dirname "$0")/lib.sh" <<'AGENT'
rm -rf .git
case $ORCH_SLOT in *) echo "gitdir: $UPSTREAM/.git" >.git ;; esac
planted 'a file .git'
AGENT
attack
