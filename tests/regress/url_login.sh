#!/bin/sh
# A password in the upstream's URL: it gets Git in, and nobody is told of it, neither by
# orch nor by Git, in no event, log, file or command line. It may change.
. "$(dirname "$0")/lib.sh"
command -v node >/dev/null || skip "node is not installed"
[ -x "$(git --exec-path)/git-http-backend" ] || skip "git http-backend is not installed"

new_repository "$work/first"
git clone -q --bare "$work/first" "$work/up.git"
say "robot@org:S3cret/to:ken" >"$work/password"
node "$sources/tests/regress/http_backend.js" "$work" "$work/password" "$work/port" 2>"$work/server.log" &
children=$!
wait_until 20 test -s "$work/port" || fail "no server: $(cat "$work/server.log")"
host=127.0.0.1:$(cat "$work/port")
# What must not be seen: as it stands in the URL, and as it is.
say S3cret >"$work/secrets"
task() { say "tasks: [{id: $1, title: $1, prompt: p, command: [sh, -c, 'echo $1 >$1']}]" >"$work/$1.yaml"; }
configure() {
	say "projects: {run: {upstream: 'http://$1@$host/up.git', branch: main, verify: none}}" >"$work/orch.yaml"
}
run() {
	wanted=$1
	shift
	expect "$wanted" orchctl run -C "$work/first" -c "$work/orch.yaml" --state "$state" "$@"
}
landed() { equal "landed" "$1" "$(git -C "$work/up.git" log -1 --format=%s main)"; }
nothing_told() {
	! grep -rlFf "$work/secrets" "$state" "$work/out" "$work/err" "$XDG_RUNTIME_DIR" ||
	    fail "it is told"
	[ ! -s "$work/seen" ] || fail "on a command line: $(cat "$work/seen")"
}
watch() {
	while :; do
		cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' | grep -aFf "$work/secrets" >>"$work/seen" || :
		sleep 0.02
	done
}
watch &
children="$children $!"

for name in one two three four; do task $name; done
# Another password that the person has is not asked for.
git config --global credential.helper "!touch '$work/canary'; :"
configure robot%40org:S3cret%2Fto:ken
run 0 --json "$work/one.yaml"
landed one
nothing_told
[ ! -e "$work/canary" ] || fail "another helper was asked"
[ "$(id -u)" != 0 ] || git config --global safe.directory '*'
repository=$(echo "$state"/projects/*/repository.git)
equal "the mark" "main http://$host/up.git" "$(git -C "$repository" config orch.upstream)"
equal "who may read the database" 600 "$(stat -c %a "$state/orch.db")"
equal "who may read the configuration" 640 "$(stat -c %a "$repository/config")"
ok "it lands, and nobody is told"

# One that was made when the URL was kept as it is, and another password now.
git -C "$repository" config orch.upstream "main http://robot:old@$host/up.git"
say "robot:S3cret-2" >"$work/password"
configure robot:S3cret-2
run 0 "$work/two.yaml"
landed two
ok "with another password it is the same upstream"

# It gets wrong while it runs.
say "robot:other" >"$work/next"
printf '#!/bin/sh\ncp "%s" "%s"; rm -f "$0"; exit 1\n' "$work/next" "$work/password" >"$work/up.git/hooks/pre-receive"
chmod 755 "$work/up.git/hooks/pre-receive"
stalled() { grep -q 'what is to land waits' "$work/err"; }
mend() {
	wait_until 60 stalled || return
	say "robot:S3cret-2" >"$work/password"
}
: >"$work/err"
mend &
children="$children $!"
run 0 "$work/three.yaml"
landed three
has "$work/err" "what is to land waits: http://$host/up.git cannot be reached: fatal: Authentication failed for 'http://$host/up.git/'"
nothing_told

configure S3cret-user
state=$work/fresh
run 2 "$work/four.yaml"
has "$work/err" "Authentication failed for 'http://$host/up.git/'"
configure robot:S3cret-3
run 2 "$work/four.yaml"
has "$work/err" "Authentication failed for 'http://$host/up.git/'"
nothing_told
ok "one that is wrong is told without it"

# Without a password in the URL the helpers are asked for that user's.
cat >"$work/helper" <<'END'
#!/bin/sh
grep -q '^username=robot$' && echo password=S3cret-2
END
chmod +x "$work/helper"
git config --global credential.helper "$work/helper"
configure robot
run 0 "$work/four.yaml"
landed four
nothing_told
nothing_left
ok "a user alone"
