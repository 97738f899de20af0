#!/bin/sh
# core.worktree points outside, where files would be taken from or written to.
. "$(dirname "$0")/lib.sh" <<'AGENT'
git config core.worktree "$OUTSIDE"
git config extensions.worktreeConfig true
printf '[core]\n\tworktree = %s\n\tfsmonitor = "%s #"\n' "$OUTSIDE/folder" "$PAYLOAD" >.git/config.worktree
planted core.worktree
AGENT
look() {
	! as git -c safe.directory='*' -C "$repository" ls-tree -r --name-only main | grep -q precious || told "a file from outside has landed"
}
attack
