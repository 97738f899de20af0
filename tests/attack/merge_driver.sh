#!/bin/sh
# A driver for merge, named by a .gitattributes that lands. Merges are made by commitd,
# after the collector; what this proves is that commitd's Git has no driver of that name.
. "$(dirname "$0")/lib.sh" <<'AGENT'
for place in --local --global; do
	git config $place merge.evil.driver "$PAYLOAD #"
	git config $place merge.default evil
	git config $place merge.renormalize true
done
echo '* merge=evil' | tee .gitattributes .git/info/attributes >/dev/null
seq 100 >folder/other
planted 'a driver for merge'
AGENT
attack
