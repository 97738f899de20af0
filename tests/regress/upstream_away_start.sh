#!/bin/sh
# The upstream cannot be reached when a service starts, or when its orch-commitd dies and
# comes back: the service is ready, says what it waits for, and agents go on working; what
# they made lands, in order and once, when the upstream is back. What a push before the
# crash had brought there counts as landed.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
sed -i 's/slots: 1/slots: 2/' "$work/orch.yaml"
is_open() { ask status | grep -q 'mode *NORMAL'; }
stalled() { ask status | grep -q 'cannot be reached'; }
waits() { ask list --json | tr '}' '\n' | grep "\"$1\"" | grep -q '"LANDING"'; }
subjects() { git -C "$work/up.git" log --reverse --format=%s main | xargs; }
add() { ask add --id "$1" --title "$1" -- sh -c "echo $1 >$1" >/dev/null; }

start_service
add a
ctl 0 wait a
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
wait_until 40 stalled || fail "nobody is told: $(ask status)"
add c
wait_until 20 waits c || fail "work does not go on: $(ask list)"
ok "work goes on after a crash without the upstream"

kill "$daemon"
wait "$daemon" || :
start_service
wait_until 20 stalled || fail "nobody is told: $(ask status)"
add d
wait_until 20 waits d || fail "work does not go on: $(ask list)"
for command in "show d" list; do
	# shellcheck disable=SC2086
	ctl 0 $command
	has "$work/out" "the upstream, which is tried again by itself: $work/up.git cannot be reached: "
done
mv "$work/away.git" "$work/up.git"
ctl 0 wait
equal "history" "First a b c d" "$(subjects)"
! stalled || fail "it is still said to be away"
stop_service
nothing_left
ok "and lands when it is back"
