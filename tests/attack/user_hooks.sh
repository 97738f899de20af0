#!/bin/sh
# The user's configuration names hooks in the work tree, as many projects have
# it: what an agent put there does not run when the result is brought into the
# checkout.
. "$(dirname "$0")/lib.sh" <<'AGENT'
for hook in post-merge post-checkout reference-transaction post-index-change pre-receive post-receive update post-update pre-push pre-auto-gc; do
	program .hooks/$hook
	planted $hook
done
AGENT
prepare() { git -C "$place/repository" config core.hooksPath .hooks; }
# A person who works there runs them as ever.
person_works() { :; }
attack
