#!/bin/sh
# include.path and includeIf in its .git, to files of its own and of others.
. "$(dirname "$0")/lib.sh" <<'AGENT'
printf '[core]\n\tfsmonitor = "%s #"\n\thooksPath = /workspace/hooks\n' "$PAYLOAD" >included
cp included "$HOME/included"
program hooks/post-index-change
for file in /workspace/included "$HOME/included" "$UPSTREAM/.git/config" ../included /proc/self/environ /dev/zero-not "$OUTSIDE/precious"; do
	git config --add include.path "$file"
	git config --add includeIf."gitdir:/".path "$file"
	planted "$file"
done
git config --add include.path included
AGENT
attack
