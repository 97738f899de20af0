#!/bin/sh
# HEAD, index, configuration, refs and objects of its .git are symbolic links
# out of it.
. "$(dirname "$0")/lib.sh" <<'AGENT'
git commit -q --allow-empty -m one
for name in index config description packed-refs ORIG_HEAD shallow; do
	ln -sf "$OUTSIDE/precious" .git/$name
	planted $name
done
ln -sf "$OUTSIDE/precious" .git/index.lock
rm -rf .git/refs
ln -s "$OUTSIDE/folder" .git/refs
ln -sf "$UPSTREAM/.git/HEAD" .git/HEAD
AGENT
attack
