#!/bin/sh
# A partial clone whose HEAD is the object that is missing: to fetch it would start
# the program that its remote is. Held by GIT_ALLOW_PROTOCOL in the collector.
. "$(dirname "$0")/lib.sh" <<'AGENT'
program .git/payload
git config extensions.partialClone origin
git config remote.origin.promisor true
git config remote.origin.url 'ext::sh /workspace/.git/payload'
git config protocol.ext.allow always
git config core.repositoryFormatVersion 1
echo 0123456789012345678901234567890123456789 >.git/refs/heads/orch
planted 'a HEAD that is not there'
AGENT
attack
