#!/bin/sh
# core.fsmonitor in a repository inside and in a bare one inside. The collector asks the
# first how it is, in its own sandbox; what this proves is that nobody outside does.
. "$(dirname "$0")/lib.sh" <<'AGENT'
git init -q inner
git -C inner -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m inner
git -C inner config core.fsmonitor "$PAYLOAD #"
echo x >inner/file
planted 'in a repository inside'
git init -q --bare bare
git -C bare config core.worktree .
git -C bare config core.bare false
git -C bare config core.fsmonitor "$PAYLOAD #"
planted 'in a bare repository inside'
AGENT
ends=1	# a repository inside is refused in words
attack
