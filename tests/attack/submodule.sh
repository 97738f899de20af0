#!/bin/sh
# A submodule that lands, its URL a program: nobody outside of the sandbox enters or
# updates it. What is missing in one, and what the collector may start for that, is
# submodule_missing.sh.
. "$(dirname "$0")/lib.sh" <<'AGENT'
# To tell what is staged, the collector asks the submodule how it is: in its own sandbox.
PAYLOAD="touch $CANARY"
git config submodule.recurse true
git config diff.ignoreSubmodules none
cat >.gitmodules <<MODULES
[submodule "evil"]
	path = evil
	url = ext::sh /workspace/evil/.git/payload
	update = merge
	fetchRecurseSubmodules = yes
MODULES
git init -q evil
git -C evil -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m evil
program evil/.git/hooks/post-checkout
program evil/.git/payload
git -C evil config core.fsmonitor "$PAYLOAD #"
git add .gitmodules
git update-index --add --cacheinfo 160000,$(git -C evil rev-parse HEAD),evil
git commit -q -m "A submodule"
planted 'a submodule'
AGENT
prepare() { git -C "$place/repository" config submodule.recurse true; }
attack
