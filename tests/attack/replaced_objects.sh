#!/bin/sh
# Replace refs, grafts and a shallow file that show other objects than there
# are.
. "$(dirname "$0")/lib.sh" <<'AGENT'
git commit -q --allow-empty -m one
git replace -f "$(git rev-parse HEAD~1^{tree})" "$(git mktree </dev/null)" 2>/dev/null
git replace -f "$(git rev-parse HEAD:base)" "$(echo replaced | git hash-object -w --stdin)"
mkdir -p .git/info
git rev-parse HEAD >.git/info/grafts
git rev-parse HEAD >.git/shallow
planted 'other objects'
AGENT
look() {
	equal "base" base "$(as git -c safe.directory='*' -C "$repository" show main:base)"
}
attack
