#!/bin/sh
# Files of the work tree that name an environment, a program called git, and one
# called like what the gate runs.
. "$(dirname "$0")/lib.sh" <<'AGENT'
printf 'GIT_DIR=/tmp/x\nGIT_EXTERNAL_DIFF=%s\nBASH_ENV=/workspace/env\nLD_PRELOAD=/workspace/evil.so\n' "$CANARY" | tee .env .envrc environment >/dev/null
echo "$PAYLOAD" >env
for name in git test sh ssh stdbuf git-upload-pack git-receive-pack; do
	program $name
	program bin/$name
	planted $name
done
echo 'directory /workspace' >.gitmodules-not
AGENT
attack
