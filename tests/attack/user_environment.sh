#!/bin/sh
# Not the agent but the environment of who starts orch: what it says to Git is
# the person's, and reaches neither worker nor commitd.
. "$(dirname "$0")/lib.sh" <<'AGENT'
try 'a variable of Git' sh -c 'env | grep -v ^GIT_CONFIG_NOSYSTEM | grep ^GIT_'
try 'a variable of a shell' sh -c 'env | grep -E "^(BASH_ENV|ENV|LD_PRELOAD|PERL5OPT|SSH_ASKPASS)="'
AGENT
# The upstream is bare: no Git of the person's own has to run, which these are meant for.
upstream=bare.git
payload() {
	mkdir -p "$(dirname "$1")"
	printf '#!/bin/sh\ntouch %s\n' "$place/outside/canary" >"$1"
	chmod 755 "$1"
}
prepare() {
	git clone -q --bare "$place/repository" "$place/bare.git"
	payload "$place/payload"
	for hook in post-checkout reference-transaction post-index-change pre-push; do
		payload "$place/hooks/$hook"
		payload "$place/template/hooks/$hook"
	done
	printf '[core]\n\tfsmonitor = %s\n\thooksPath = %s\n' "$place/payload" "$place/hooks" >"$place/home/.gitconfig"
}
environment() {
	for name in GIT_SSH_COMMAND GIT_EXTERNAL_DIFF GIT_ASKPASS GIT_PAGER GIT_EDITOR SSH_ASKPASS BASH_ENV ENV; do
		say "$name=$place/payload"
	done
	say "GIT_TEMPLATE_DIR=$place/template GIT_ALLOW_PROTOCOL=file:ext GIT_CONFIG_COUNT=2"
	say "GIT_CONFIG_KEY_0=core.fsmonitor GIT_CONFIG_VALUE_0=$place/payload"
	say "GIT_CONFIG_KEY_1=core.hooksPath GIT_CONFIG_VALUE_1=$place/hooks"
}
person_works() { :; }
attack
