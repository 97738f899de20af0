#!/bin/sh
# A partial clone whose HEAD is a tag of what is missing, and comes from a remote that
# is a program (ext::), by URL and instead-of. Held by GIT_ALLOW_PROTOCOL in the
# collector.
. "$(dirname "$0")/lib.sh" <<'AGENT'
program .git/payload
git config core.repositoryFormatVersion 1
git config extensions.partialClone origin
git config remote.origin.promisor true
git config remote.origin.partialCloneFilter blob:none
git config remote.origin.url /elsewhere
git config url."ext::sh /workspace/.git/payload ".insteadOf /
git config protocol.allow always
git config protocol.ext.allow always
missing=0123456789012345678901234567890123456789
printf 'object %s\ntype commit\ntag t\ntagger a <a@example.org> 1 +0000\n\nt\n' $missing |
    git hash-object -t tag -w --stdin --literally >.git/refs/heads/orch
planted 'a tag of a commit that is not there'
echo $missing >.git/refs/heads/other
echo "$missing" >.git/shallow
AGENT
attack
