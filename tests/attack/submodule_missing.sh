#!/bin/sh
# A submodule that is a partial clone, with nothing of its HEAD: when the collector
# asks Git how it is, Git would start the program that its remote is. Held by
# GIT_ALLOW_PROTOCOL in the collector. The result is refused, and the workspace kept.
. "$(dirname "$0")/lib.sh" <<'AGENT'
git init -q evil
printf '[submodule "evil"]\n\tpath = evil\n\turl = ext::sh /workspace/evil/.git/payload\n' >.gitmodules
git -C evil -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m evil
git add .gitmodules evil
git commit -q -m "A submodule"
program evil/.git/payload
git -C evil config core.repositoryFormatVersion 1
git -C evil config extensions.partialClone origin
git -C evil config remote.origin.promisor true
git -C evil config remote.origin.url 'ext::sh /workspace/evil/.git/payload'
git -C evil config protocol.ext.allow always
rm -rf evil/.git/objects/??
planted 'a submodule of which everything is missing'
AGENT
ends=1
look() {
	kept=$(echo "$place"/state/slots/*/kept-*)
	equal "in the workspace" result "$(cat "$kept"/result)"
}
attack
