#!/bin/sh
# Writes in the upstream, the user's own repository, by its path.
. "$(dirname "$0")/lib.sh" <<'AGENT'
shell ref 'echo x >$UPSTREAM/.git/refs/heads/planted'
shell hook 'printf "#!/bin/sh\n$PAYLOAD\n" >$UPSTREAM/.git/hooks/post-merge'
shell 'hooks folder' 'mkdir $UPSTREAM/.git/planted'
shell configuration 'git --git-dir=$UPSTREAM/.git config core.fsmonitor "$PAYLOAD"'
shell attributes 'mkdir -p $UPSTREAM/.git/info && echo "* filter=x" >$UPSTREAM/.git/info/attributes'
shell 'a file of the work tree' 'echo x >$UPSTREAM/base'
shell 'the index' 'rm $UPSTREAM/.git/index'
shell 'a file next to it' 'echo x >$OUTSIDE/precious'
try 'a lock' touch "$UPSTREAM/.git/index.lock"
AGENT
attack
