#!/bin/sh
# Submodules: an update that is a command, a URL that is a program, a path that
# is a link into .git.
. "$(dirname "$0")/lib.sh" <<'AGENT'
# To tell what is staged, the collector asks the submodule how it is: in its own sandbox.
PAYLOAD="touch $CANARY"
git config submodule.recurse true
git config diff.ignoreSubmodules none
cat >.gitmodules <<MODULES
[submodule "evil"]
	path = evil
	url = ext::sh -c "$PAYLOAD"
	update = merge
	fetchRecurseSubmodules = yes
MODULES
git init -q evil
git -C evil -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m evil
program evil/.git/hooks/post-checkout
git -C evil config core.fsmonitor "$PAYLOAD #"
git add .gitmodules
git update-index --add --cacheinfo 160000,$(git -C evil rev-parse HEAD),evil
git commit -q -m "A submodule"
planted 'a submodule'
AGENT
prepare() { git -C "$place/repository" config submodule.recurse true; }
attack
