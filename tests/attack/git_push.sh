#!/bin/sh
# Pushes to the repository of commitd and to the upstream, by path and as a URL.
. "$(dirname "$0")/lib.sh" <<'AGENT'
echo pushed >pushed
git add pushed
git commit -q -m "Pushed"
for to in "$REPOSITORY" "file://$REPOSITORY" "$UPSTREAM" "file://$UPSTREAM" "$STATE/projects/run/repository.git"; do
	try "main to $to" git push -q "$to" +HEAD:refs/heads/main
	try "a branch to $to" git push -q "$to" +HEAD:refs/heads/planted
	try "a ref of ours to $to" git push -q "$to" +HEAD:refs/orch/tickets/9
	try "deletion in $to" git push -q "$to" :refs/heads/main
done
git --git-dir="$UPSTREAM/.git" push -q "$REPOSITORY" +HEAD:refs/heads/main
try 'what was pushed is seen' git --git-dir="$UPSTREAM/.git" rev-parse -q --verify refs/heads/planted
AGENT
attack
