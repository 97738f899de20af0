#!/bin/sh
# The keys of OpenPGP are found in the HOME of whom commitd is: as the environment has
# it; without one, as a service of the system is started, as the user's account has it;
# and never in that of another user, whom commitd was before.
. "$(dirname "$0")/lib.sh"
command -v gpg >/dev/null || skip "gpg is not installed"
unset GNUPGHOME

# key HOME: one that signs, for lands@example.org; 'key_id' says which
key() {
	mkdir -p -m 700 "$1/.gnupg"
	HOME=$1 gpg --batch --quiet --passphrase '' --quick-gen-key lands@example.org default default never 2>"$work/log" ||
	    fail "no key: $(cat "$work/log")"
	HOME=$1 gpgconf --kill gpg-agent
}
key_id() { HOME=$1 gpg --list-keys --with-colons 2>/dev/null | sed -n 's/^fpr:*\([0-9A-F]*\):/\1/p' | head -n 1; }
# signed_by HOME: what landed last
signed_by() {
	HOME=$1 git -c safe.directory='*' -C "$work/repository" verify-commit --raw main >"$work/log" 2>&1 ||
	    fail "not signed: $(cat "$work/log")"
	has "$work/log" "VALIDSIG $(key_id "$1")"
	HOME=$1 gpgconf --kill gpg-agent
}
task() { say "tasks: [{id: $1, title: $1, prompt: p, command: [sh, -c, 'echo $1 >$1']}]" >"$work/$1.yaml"; }
for name in one two three; do task $name; done
say 'projects: {run: {verify: none, sign: {key: lands@example.org, format: openpgp}}}' >"$work/orch.yaml"

new_repository "$work/repository"
key "$HOME"
orch 0 -c "$work/orch.yaml" "$work/one.yaml"
signed_by "$HOME"
ok "HOME of the environment"

[ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null || {
	say "not tried without HOME and as another user: that needs root"
	exit 0
}
# Accounts of our own, seen by this run only.
number=60958
chmod 711 "$work"
key "$work/root"
key "$work/lander"
chown -R $number:$number "$work/lander"
say "root:x:0:0::$work/root:/bin/sh" >"$work/passwd"
say "lander:x:$number:$number::$work/lander:/bin/sh" >>"$work/passwd"
# with_accounts STATUS USER TASK [VARIABLE...]: a run with these in the environment
with_accounts() {
	wanted=$1 user=$2 file=$3
	shift 3
	{ say "commitd_user: $user"; cat "$work/orch.yaml"; } >"$work/$user.yaml"
	# shellcheck disable=SC2016
	expect "$wanted" unshare -m sh -c 'mount --bind "$1" /etc/passwd && shift && exec env "$@"' sh \
	    "$work/passwd" "$@" orchctl run -C "$work/repository" --state "$state" -c "$work/$user.yaml" "$work/$file.yaml"
}
with_accounts 0 root two -u HOME
signed_by "$work/root"
ok "without HOME: the account's"

with_accounts 0 lander three HOME="$work/root"
# Its agent is its own to end.
setpriv --reuid $number --regid $number --clear-groups env HOME="$work/lander" gpgconf --kill gpg-agent
signed_by "$work/lander"
nothing_left
ok "another user's: that user's own"
