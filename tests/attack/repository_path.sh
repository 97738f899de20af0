#!/bin/sh
# Writes in commitd's repository by its path: a ref, an object, a hook, the configuration.
. "$(dirname "$0")/lib.sh" <<'AGENT'
shell ref 'git rev-parse HEAD~0 >$REPOSITORY/refs/heads/main'
shell 'new ref' 'mkdir -p $REPOSITORY/refs/heads && git rev-parse HEAD >$REPOSITORY/refs/heads/new'
shell object 'mkdir -p $REPOSITORY/objects/aa && echo x >$REPOSITORY/objects/aa/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'
shell hook 'mkdir -p $REPOSITORY/hooks && echo x >$REPOSITORY/hooks/reference-transaction'
shell configuration 'echo "[core]" >>$REPOSITORY/config'
try update-ref git --git-dir="$REPOSITORY" update-ref refs/heads/main HEAD~1
try config git --git-dir="$REPOSITORY" config core.fsmonitor "$PAYLOAD"
try remove rm -r "$REPOSITORY/objects"
shell 'any file of the state' 'find $STATE -type f | grep .'
AGENT
attack
