#!/bin/sh
# supervisor.sh [EVERY]: orchd dies at each call that changes something, from the
# moment at which a result has come from its worker until the task is COMPLETE
# and the service has been stopped; and each of these calls fails with EIO. The
# service is started again on the same state, and must end with one commit for the
# one task, made by its one attempt. EVERY: every so manyth of these points only.
. "$(dirname "$0")/../regress/lib.sh"
every=${1:-1}
trace=$build/tests/crash/trace_call
socket=$work/run/orch/orchd.sock
points=0 failures=0 missed=0 restarts=0
point="the first run"

[ -x "$trace" ] || fail "not built: $trace"
"$trace" -o "$work/calls" /bin/sh -c ': >"$0"' "$work/probe" && [ -s "$work/calls" ] ||
    skip "programs cannot be traced here"
new_repository "$work/repository"
service_configuration
sed -i 's/verify: none/verify: test -f made/' "$work/orch.yaml"
mv "$work/up.git" "$work/kept.git"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: one
    title: One
    prompt: p
    command: [sh, -c, "echo made >made"]
END
# What hangs must not hang the test.
ctl() { timeout 60 orchctl --socket "$socket" "$@"; }
answers() { ctl status >/dev/null 2>&1; }
is_over() { ! kill -0 "$daemon" 2>/dev/null; }
answers_or_over() { answers || is_over; }

# start_service [OPTION...]: with options of trace_call, or without it.
start_service() {
	if [ $# -gt 0 ]; then
		"$trace" -f 'worker 0 <- job.result' "$@" "$build/bin/orchd" -d -c "$work/orch.yaml" >>"$work/log" 2>&1 &
	else
		orchd -d -c "$work/orch.yaml" >>"$work/log" 2>&1 &
	fi
	daemon=$!
	children=$daemon
	wait_until 20 answers_or_over || fail "orchd does not answer: $point"
}

# Until the task is complete, however often the service has to be started again.
finish() {
	starts=0
	until ctl wait one >/dev/null 2>&1; do
		[ $? != 124 ] || { say "a minute without an answer"; return 1; }
		if ctl list 2>/dev/null | grep -qE 'BLOCKED|CANCELLED'; then
			say "the task is $(ctl list)"
			return 1
		fi
		answers && continue
		wait_until 10 is_over || { say "orchd hangs"; return 1; }
		starts=$((starts + 1)) restarts=$((restarts + 1))
		[ $starts -lt 5 ] || { say "orchd ends again and again"; return 1; }
		start_service
	done
}

# What there has to be at the end. Says what is not so.
check_end() {
	git -C "$work/up.git" fsck --strict --no-dangling 2>&1
	git -C "$state/projects/p/repository.git" fsck --strict --no-dangling 2>&1
	find "$state/projects" "$work/up.git" -name '*.lock'
	git -C "$work/up.git" log --format='%s %(trailers:key=Orch-Task,valueonly,separator=%x2c) %(trailers:key=Orch-Attempt,valueonly,separator=%x2c) %(trailers:key=Orch-Ticket,valueonly,separator=%x2c) %(trailers:key=Orch-Verdict,valueonly,separator=%x2c)' main >"$work/history"
	printf 'One one 1 1 PASS\nFirst    \n' | diff - "$work/history"
	[ -z "$(ls -A "$state/projects/p/quarantine")" ] || say "quarantine is not empty"
}

# run_one OPTION...: true when all is as it should be.
run_one() {
	rm -rf "$state" "$work/up.git" "$work/log" "$work/seen"
	cp -a "$work/kept.git" "$work/up.git"
	start_service -o "$work/seen" "$@"
	answers || fail "it died before anything was asked of it: $point"
	ctl add -f "$work/tasks.yaml" >/dev/null || fail "the task could not be added: $point"
	good=yes
	finish >"$work/wrong" 2>&1 || good=
	if [ -n "$good" ]; then
		ctl stop >/dev/null 2>&1 || :
		wait_until 20 is_over || { say "orchd does not stop" >>"$work/wrong"; good=; }
		check_end >>"$work/wrong" 2>&1 || :
	fi
	kill -9 "$daemon" 2>/dev/null || :
	for pid in $(pids_of .); do kill -9 "$pid" 2>/dev/null || :; done
	wait_until 15 nothing_runs || fail "processes are left: $point"
	[ -n "$good" ] && [ ! -s "$work/wrong" ]
}

# one_point N ERROR: the Nth call fails with it, or is the last one ("kill").
one_point() {
	point="$2 at $1 $(sed -n "s/^$1 //p" "$work/places")"
	set -- "$1" "$2" -n "$1"
	[ "$2" = kill ] || set -- "$@" -e "$2"
	shift 2
	result=good
	run_one "$@" || result=bad
	if [ ! -s "$work/seen" ] && [ $result = good ]; then
		missed=$((missed + 1))
		return
	fi
	points=$((points + 1))
	[ $result = bad ] || return 0
	failures=$((failures + 1))
	say "FAIL supervisor: $point: $(cat "$work/wrong")"
	[ -z "${ORCH_TEST_KEEP:-}" ] || { tail -n 60 "$work/log"; exit 1; }
}

run_one || fail "a run that nothing disturbs: $(cat "$work/wrong")"
# What it writes to its log is nobody's state.
grep -v "write $work/log" "$work/seen" >"$work/places"
[ "$(wc -l <"$work/places")" -gt 50 ] || fail "too few calls from job.result to the end: $(cat "$work/places")"
[ -z "${LIST:-}" ] || { cat "$work/places"; exit 0; }
turn=0
while read -r place call; do
	turn=$((turn + 1))
	[ $((turn % every)) != 0 ] || one_point "$place" kill </dev/null
	# A pipe is on no disk: that of libevent for signals has no such errors.
	case "$(uname -m) $call" in
	*" write pipe:"*) ;;
	x86_64*) [ $(((turn + 1) % every)) != 0 ] || one_point "$place" EIO </dev/null ;;
	esac
done <"$work/places"
say "supervisor: $points points, $failures failures ($missed not met again; the service was started again $restarts times)"
[ $failures = 0 ]
