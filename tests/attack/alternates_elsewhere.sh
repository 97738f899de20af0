#!/bin/sh
# Points the alternates of its repository elsewhere. The collector reads its objects by
# way of these, in the sandbox, where nothing is seen that the agent did not see; what
# this proves is that its commit lands all the same, and no other object with it.
. "$(dirname "$0")/lib.sh" <<'AGENT'
git init -q /tmp/evil
echo stolen | git -C /tmp/evil hash-object -w --stdin
for place in "$UPSTREAM/.git/objects" "$OUTSIDE" /proc/1/root /proc/self/fd ../../../../.. /tmp/evil/.git/objects "$REPOSITORY/objects"; do
	echo "$place"
done >>.git/objects/info/alternates
echo 'http://127.0.0.1:1/objects' >.git/objects/info/http-alternates
echo committed >committed
git add committed
git commit -q -m "With alternates"
planted alternates
AGENT
attack
