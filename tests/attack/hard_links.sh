#!/bin/sh
# Hard links to files of the base, of the state and of others, and writes
# through them.
. "$(dirname "$0")/lib.sh" <<'AGENT'
for file in "$OUTSIDE/precious" "$UPSTREAM/base" "$UPSTREAM/.git/config" $(find /run/orch/objects -type f | head -n 1) /etc/passwd /run/orch/prompt; do
	try "link to $file" ln "$file" linked
	try "link into HOME" ln "$file" "$HOME/linked"
done
ln base base-link && echo changed >>base-link
chmod 777 base
planted 'a link within the work tree'
AGENT
look() {
	# The base that all workspaces share is as it was.
	for file in "$place"/state/projects/run/trees/base-1/base; do
		[ ! -e "$file" ] || equal "the base" base "$(cat "$file")"
	done
}
attack
