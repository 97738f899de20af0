#!/bin/sh
# A bare repository as plain files of the work tree, with a configuration that
# runs programs; it lands, and nobody enters it.
. "$(dirname "$0")/lib.sh" <<'AGENT'
mkdir -p bare/objects bare/refs
echo 'ref: refs/heads/main' >bare/HEAD
printf '[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ..\n\tfsmonitor = "%s #"\n' "$PAYLOAD" >bare/config
echo x >bare/objects/keep
echo x >bare/refs/keep
program bare/hooks/post-checkout
planted 'a bare repository'
AGENT
attack
