#!/bin/sh
# An upstream that asks for a password: Git finds it as the person's configuration says,
# in the person's home, or by the project's credential_helper. A wrong one is told in
# Git's words and waited for. Agents see neither password nor helper, wherever they look.
. "$(dirname "$0")/lib.sh"
command -v node >/dev/null || skip "node is not installed"
[ -x "$(git --exec-path)/git-http-backend" ] || skip "git http-backend is not installed"

secret=S3cret-of-the-robot
nobody=4242
chmod 711 "$work"
new_repository "$work/first"
git clone -q --bare "$work/first" "$work/up.git"
say "robot:$secret" >"$work/password"
node "$sources/tests/regress/http_backend.js" "$work" "$work/password" "$work/port" 2>"$work/server.log" &
children=$!
wait_until 20 test -s "$work/port" || fail "no server: $(cat "$work/server.log")"
host=127.0.0.1:$(cat "$work/port")

# Slow, so that an agent has the time to see it; what it was asked is in 'asked'.
cat >"$work/helper" <<END
#!/bin/sh
[ "\$1" = get ] || exit 0
printf '%s\n' "uid=\$(id -u) HOME=\$HOME \$(readlink /proc/\$\$/fd/* | grep '/lock\$')" >>"$work/asked"
sleep 0.5
printf 'username=robot\npassword=%s\n' "\$(cat "$work/known")"
END
chmod 755 "$work/helper"
say $secret >"$work/known"
: >"$work/asked"
chmod 666 "$work/asked"

# tasks NUMBER: one lands, one looks at all that it can see meanwhile
tasks() {
	cat >"$work/tasks.yaml" <<END
tasks:
  - {id: lands-$1, title: lands-$1, prompt: p, command: [sh, -c, "echo $1 >lands-$1"]}
  - id: looks-$1
    title: looks-$1
    prompt: p
    command:
      - sh
      - -c
      - |
        i=0
        while [ \$i -lt 15 ]; do
            env
            cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n'
            i=\$((i + 1))
            sleep 0.1
        done
        find "\$HOME" -type f -exec cat {} +
        cat ~root/.gitconfig ~root/.git-credentials "$work"/* "$work"/home/.g* 2>/dev/null
        echo "all seen"
        echo $1 >looks-$1
END
}
# configure [MORE OF THE PROJECT]
configure() {
	say "projects: {run: {upstream: 'http://$host/up.git', branch: main, verify: none${1:-}}}" >"$work/orch.yaml"
}
seen_nothing() {
	cat "$state"/logs/looks-$1/*.log >"$work/seen"
	has "$work/seen" "all seen"
	for text in $secret "$work/helper" http-backend git-remote-http; do
		! grep -qF -e "$text" "$work/seen" || fail "the agent has seen: $(grep -F -e "$text" "$work/seen" | head -n 3)"
	done
	! grep -rqF -e $secret "$state" "$work/out" "$work/err" || fail "in $(grep -rlF -e $secret "$state" "$work/out" "$work/err")"
}
# lands NUMBER [COMMAND BEFORE IT...]
lands() {
	tasks "$1"
	state=$work/state-$1
	number=$1
	shift
	expect 0 "$@" orchctl run -j 2 -C "$work/first" -c "$work/orch.yaml" --state "$state" "$work/tasks.yaml"
	git -c safe.directory='*' -C "$work/up.git" log --format=%s main >"$work/log"
	has "$work/log" "lands-$number"
	seen_nothing "$number"
}
# asked HOME [USER]: the helper was, by that user and with that HOME
asked() {
	has "$work/asked" "uid=${2:-$(id -u)} HOME=$1 "
	! grep -q '/lock$' "$work/asked" || fail "a helper holds the lock"
	! grep -v "^uid=${2:-$(id -u)} HOME=$1 " "$work/asked" || fail "asked by somebody else"
	: >"$work/asked"
}

configure
tasks 0
state=$work/state-0
expect 2 orchctl run -C "$work/first" -c "$work/orch.yaml" --state "$state" "$work/tasks.yaml"
has "$work/err" "could not read Username"
ok "no password: said at once"

git config --global credential.http://127.0.0.1.username nobody
git config --global "credential.http://$host.username" robot
git config --global "credential.http://$host.helper" "$work/helper"
printf '#!/bin/sh\ntouch "%s/canary"\n' "$work" >"$work/payload"
chmod 755 "$work/payload"
git config --global core.askPass "$work/payload"
git config --global core.fsmonitor "$work/payload"
git config --global url.http://127.0.0.1:1/.insteadOf "http://$host/"
lands 1
asked "$HOME"
[ ! -e "$work/canary" ] || fail "more of the person's configuration is read than credentials"
ok "by the helper of the person's configuration"

rm "$HOME/.gitconfig"
[ "$(id -u)" != 0 ] || git config --global safe.directory '*'
printf '[include]\n\tpath = more\n' >>"$HOME/.gitconfig"
printf '[credential]\n\thelper = "!f() { \\"%s\\" \\"$1\\"; }; f"\n' "$work/helper" >"$HOME/more"
lands 2
asked "$HOME"
ok "by a helper that is a piece of shell, in a file that is included"

printf '[credential]\n\thelper = store\n' >"$HOME/more"
say "http://robot:$secret@$host" >"$HOME/.git-credentials"
lands 3
rm "$HOME/.git-credentials"
say "machine 127.0.0.1 login robot password $secret" >"$HOME/.netrc"
chmod 600 "$HOME/.netrc"
printf '' >"$HOME/more"
lands 4
rm "$HOME/.netrc"
ok "by the files of the person's home"

# The password changes while it runs: told, waited for, and found when it is right again.
git config --global credential.helper "$work/helper"
tasks 5
state=$work/state-5
say 'robot:another' >"$work/next"
printf '#!/bin/sh\ncp "%s" "%s"; rm -f "$0"; exit 1\n' "$work/next" "$work/password" >"$work/up.git/hooks/pre-receive"
chmod 755 "$work/up.git/hooks/pre-receive"
stalled() { grep -q 'what is to land waits' "$work/err"; }
mend() {
	wait_until 60 stalled || return
	cp "$work/err" "$work/then"
	say another >"$work/known"
}
: >"$work/err"
mend &
mender=$!
children="$children $mender"
expect 0 orchctl run -C "$work/first" -c "$work/orch.yaml" --state "$state" "$work/tasks.yaml"
wait $mender
has "$work/then" "what is to land waits: http://$host/up.git cannot be reached: fatal: Authentication failed"
has "$work/err" "what waited to land goes on"
! grep -qE "$secret|another" "$work/err" "$work/then" || fail "a password is told"
: >"$work/asked"
ok "a wrong password: waited for, in Git's words"

# The project's own: by a user who has no configuration, and in the place of the person's.
say $secret >"$work/known"
say "robot:$secret" >"$work/password"
git config --global credential.helper "!touch '$work/canary'; :"
configure ", credential_helper: '$work/helper'"
lands 6
asked "$HOME"
[ ! -e "$work/canary" ] || fail "another helper was asked"
if [ "$(id -u)" = 0 ]; then
	{ say "commitd_user: 60957"; cat "$work/orch.yaml"; } >"$work/other.yaml"
	mv "$work/other.yaml" "$work/orch.yaml"
	lands 7
	asked /nonexistent 60957
	# Agents have the number of commitd, and of who holds the helper.
	configure ", credential_helper: '$work/helper'"
	mkdir -m 700 "$work/nobody" "$work/state-8"
	chown $nobody:$nobody "$work/nobody" "$work/state-8"
	lands 8 setpriv --reuid $nobody --regid $nobody --clear-groups env HOME="$work/nobody" \
	    XDG_CONFIG_HOME="$work/nobody" XDG_RUNTIME_DIR="$work/nobody" XDG_STATE_HOME="$work/nobody"
	asked "$work/nobody" $nobody
fi
nothing_left
ok "by the project's credential_helper"
