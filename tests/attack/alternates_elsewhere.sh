#!/bin/sh
# Points the alternates of its repository elsewhere; the collector takes nothing
# from there into the result.
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
