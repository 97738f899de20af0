#!/bin/sh
# A push arrives, its commitd dies, and the next one cannot reach the upstream; a person
# cancels the task meanwhile. When the upstream is back it shows that the task had landed:
# the supervisor hears of it, and what was not there is cancelled.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
stalled() { ask status | grep -q 'cannot be reached'; }
is() { ask show "$1" | grep -q "$2"; }
gone() { [ -e "$work/died" ]; }
add() { ask add --id "$1" --title "$1" -- sh -c "echo $1 >$1" >/dev/null; }

start_service
add a
ctl 0 wait a
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
wait_until 20 gone || fail "the push did not come: $(cat "$work/log")"
wait_until 40 stalled || fail "nobody is told: $(ask status)"
add c
wait_until 20 is c LANDING || fail "work does not go on: $(ask list)"
ctl 0 cancel b c
wait_until 20 is b CANCELLED || fail "it is not cancelled: $(ask show b)"
mv "$work/away.git" "$work/up.git"
wait_until 90 is b COMPLETE || fail "what landed is not told: $(ask show b)"
wait_until 20 is c CANCELLED || fail "it is not cancelled: $(ask show c)"
equal "history" "First a b" "$(git -C "$work/up.git" log --reverse --format=%s main | xargs)"
add d
ctl 0 wait d
equal "history then" "First a b d" "$(git -C "$work/up.git" log --reverse --format=%s main | xargs)"
stop_service
nothing_left
ok "what landed is told, whatever was said before"
