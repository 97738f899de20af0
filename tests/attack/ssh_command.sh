#!/bin/sh
# core.sshCommand, where HEAD is missing and comes from a remote by ssh. Held by
# GIT_ALLOW_PROTOCOL in the collector.
. "$(dirname "$0")/lib.sh" <<'AGENT'
program .git/payload
git config core.sshCommand /workspace/.git/payload
git config core.repositoryFormatVersion 1
git config extensions.partialClone origin
git config remote.origin.promisor true
git config remote.origin.url ssh://localhost/elsewhere
git config protocol.allow always
echo 0123456789012345678901234567890123456789 >.git/refs/heads/orch
planted 'a program for ssh'
AGENT
attack
