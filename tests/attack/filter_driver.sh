#!/bin/sh
# Filters named by .gitattributes: clean, smudge and process, in its .git, in
# its HOME, in the commit that lands.
. "$(dirname "$0")/lib.sh" <<'AGENT'
for place in --local --global; do
	for way in clean smudge process; do
		git config $place filter.evil.$way "$PAYLOAD; cat #"
		git config $place filter.lfs.$way "$PAYLOAD; cat #"
	done
	git config $place filter.evil.required true
done
mkdir -p .git/info folder/deep
echo '* filter=evil' | tee .gitattributes .git/info/attributes folder/.gitattributes folder/deep/.gitattributes >/dev/null
echo '[attr]evil filter=evil' >>.gitattributes
echo '*.txt evil' >>.gitattributes
echo filtered >filtered
echo deep >folder/deep/file
planted 'filters'
AGENT
attack
