#!/bin/sh
# A running task is cancelled, and the supervisor is killed before the agent has
# ended: the next supervisor still knows that nobody wants it.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: one, title: One, prompt: p, command: [sh, -c, "trap : TERM; for i in 1 2 3 4; do sleep 1; done; echo one >one"]}
END
cat >"$work/cancel.pl" <<'END'
use IO::Socket::UNIX;
sub text { pack "Ca*", 0xa0 | length $_[0], $_[0] }
my $socket = IO::Socket::UNIX->new($ARGV[0]) or die "$ARGV[0]: $!";
sub request { syswrite $socket, "\x94\x00" . chr($_[0]) . text($_[1]) . $_[2]; sysread $socket, my $answer, 4096; $answer }
request(1, "hello", "\x82" . text("version") . "\x01" . text("role") . text("client"));
request(2, "task.cancel", "\x81" . text("task") . text("one")) =~ /RUNNING/ or die "not cancelled";
END
socket=$work/run/orch/orchd.sock
start() {
	orchd -c "$work/orch.yaml" 2>>"$work/log" &
	daemon=$!
	children=$daemon
	wait_until 10 orchctl --socket "$socket" status >/dev/null 2>&1 || fail "orchd does not start: $(cat "$work/log")"
}
is() { orchctl --socket "$socket" show one | grep -q "$1"; }

start
orchctl --socket "$socket" add "$work/tasks.yaml" >/dev/null
wait_until 20 is RUNNING || fail "it does not start"
perl "$work/cancel.pl" "$socket"
kill -9 "$daemon"
wait "$daemon" 2>/dev/null || :
start
wait_until 30 is CANCELLED || { orchctl --socket "$socket" show one; fail "it is not cancelled"; }
equal "on the branch" 1 "$(git -C "$work/up.git" rev-list --count main)"
kill "$daemon"
wait "$daemon" || :
children=
nothing_left
ok "a cancel outlives the supervisor"
