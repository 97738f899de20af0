#!/bin/sh
# Hooks of every name in its own .git, also in a folder of its own by
# core.hooksPath. What is changed is written to an index by the collector, before it
# reads the files: a hook that it ran then would change what lands.
. "$(dirname "$0")/lib.sh" <<'AGENT'
for hook in applypatch-msg pre-applypatch post-applypatch pre-commit pre-merge-commit prepare-commit-msg commit-msg \
    post-commit pre-rebase post-checkout post-merge pre-push pre-receive update proc-receive post-receive post-update \
    reference-transaction push-to-checkout pre-auto-gc post-rewrite sendemail-validate fsmonitor-watchman post-index-change; do
	program .git/hooks/$hook
	program hooks/$hook
	planted $hook
done
git config core.hooksPath /workspace/hooks
echo changed >>base
AGENT
attack
