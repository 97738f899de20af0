#!/bin/sh
# The upstream cannot be reached when a service starts, or when its orch-commitd dies and
# comes back: the service is ready, says what it waits for, and agents go on working; what
# they made lands, in order and once, when the upstream is back. What a push before the
# crash had brought there counts as landed.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
sed -i 's/slots: 1/slots: 2/' "$work/orch.yaml"
socket=$work/run/orch/orchd.sock
ctl() { orchctl --socket "$socket" "$@"; }
answers() { ctl status >/dev/null 2>&1; }
is_open() { ctl status | grep -q 'mode *NORMAL'; }
stalled() { ctl status | grep -q 'cannot be reached'; }
waits() { ctl list --json | tr '}' '\n' | grep "\"$1\"" | grep -q '"LANDING"'; }
subjects() { git -C "$work/up.git" log --reverse --format=%s main | xargs; }
add() { ctl add --id "$1" --title "$1" -- sh -c "echo $1 >$1" >/dev/null; }
start() {
	orchd -c "$work/orch.yaml" 2>"$work/log" &
	daemon=$!
	children=$daemon
	wait_until 10 answers || fail "orchd does not start: $(cat "$work/log")"
}

start
add a
expect 0 orchctl --socket "$socket" wait a
# It dies when the push has arrived, before it has heard of that.
cat >"$work/up.git/hooks/post-receive" <<END
#!/bin/sh
[ ! -e "$work/died" ] || exit 0
: >"$work/died"
mv "$work/up.git" "$work/away.git"
kill -9 \$(cat "$work/pid")
END
chmod +x "$work/up.git/hooks/post-receive"
pids_of "orch-commitd " | head -n 1 >"$work/pid"
add b
gone() { [ -e "$work/died" ]; }
wait_until 20 gone || fail "the push did not come: $(cat "$work/log")"
wait_until 40 stalled || fail "nobody is told: $(ctl status)"
add c
wait_until 20 waits c || fail "work does not go on: $(ctl list)"
ok "work goes on after a crash without the upstream"

kill "$daemon"
wait "$daemon" || :
start
wait_until 20 stalled || fail "nobody is told: $(ctl status)"
add d
wait_until 20 waits d || fail "work does not go on: $(ctl list)"
mv "$work/away.git" "$work/up.git"
expect 0 orchctl --socket "$socket" wait
equal "history" "First a b c d" "$(subjects)"
! stalled || fail "it is still said to be away"
kill "$daemon"
wait "$daemon" || :
children=
nothing_left
ok "and lands when it is back"
