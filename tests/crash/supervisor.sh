#!/bin/sh
# supervisor.sh [EVERY]: orchd dies at each call that changes something, and each of
# these calls fails with EIO and with ENOSPC. Two scenarios (PARTS= names some):
#    land   from the moment at which a task is given to a worker until it is COMPLETE
#           and the service has been stopped
#    void   in plan order, from a person's cancel of the first task, which waits and
#           holds up the second one, until that is COMPLETE
# The service is started again on the same state, and must end with one commit for the
# one task. An attempt is given to a worker once; when a worker has its result, it is
# that one which lands. EVERY: every so manyth of these points only.
# LIST=1: these places. ORCH_TEST_KEEP=1 stops at the first failure.
. "$(dirname "$0")/../regress/lib.sh"
. "$(dirname "$0")/lib.sh"
every=${1:-1}
socket=$work/run/orch/orchd.sock
point="the first run"
all=0 bad=0

prove_injection
new_repository "$work/repository"
service_configuration
sed -i 's/verify: none/verify: test -f made/' "$work/orch.yaml"
cp "$work/orch.yaml" "$work/land.yaml"
sed 's/verify:/order: plan, verify:/' "$work/orch.yaml" >"$work/void.yaml"
mv "$work/up.git" "$work/kept.git"
cat >"$work/land.tasks" <<'END'
tasks:
  - id: one
    title: One
    prompt: p
    command: [sh, -c, "echo made >made"]
END
cat >"$work/void.tasks" <<'END'
tasks:
  - {id: first, title: First, prompt: p, requires_approval: [start], command: [sh, -c, "exit 1"]}
  - {id: one, title: One, prompt: p, command: [sh, -c, "echo made >made"]}
END
# What hangs must not hang the test.
ctl() { timeout 60 orchctl --socket "$socket" "$@"; }
answers() { ctl status >/dev/null 2>&1; }
is_over() { ! kill -0 "$daemon" 2>/dev/null; }
answers_or_over() { answers || is_over; }
# is TASK STATE
is() { ctl list --state "$2" 2>/dev/null | grep -q "^$1 "; }

# start_service [OPTION...]: with options of trace_call, or without it.
start_service() {
	if [ $# -gt 0 ]; then
		"$trace" -f "$from" "$@" "$build/bin/orchd" -d -c "$work/$part.yaml" >>"$work/log" 2>&1 &
	else
		orchd -d -c "$work/$part.yaml" >>"$work/log" 2>&1 &
	fi
	daemon=$!
	children=$daemon
	wait_until 20 answers_or_over || fail "$part: orchd does not answer: $point"
}

# Is it as it was asked for? Else asks, and waits.
asks() {
	[ $part = land ] || is first CANCELLED || ctl cancel first || return 1
	ctl wait one
}

# Until the task is complete, however often the service has to be started again.
finish() {
	starts=0
	until asks >/dev/null 2>&1; do
		[ $? != 124 ] || { say "a minute without an answer"; return 1; }
		if ctl list 2>/dev/null | grep '^one ' | grep -E 'BLOCKED|CANCELLED'; then
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
	number=1
	grep -q 'orch-worker: attempt=1 event=result outcome=done' "$work/log" || number=2
	case $part in
	land) printf 'One one %s 1 PASS\nFirst    \n' $number ;;
	void) printf 'One one - 2 PASS\nFirst    \n' ;;
	esac | diff - "$work/history"
	grep -E 'orch-worker: supervisor <- job.start .*kind=attempt' "$work/log" |
	    grep -o ' attempt=[0-9]*' | sort | uniq -d
	[ -z "$(ls -A "$state/projects/p/quarantine")" ] || say "quarantine is not empty"
}

# run_one OPTION...: true when all is as it should be.
run_one() {
	rm -rf "$state" "$work/up.git" "$work/log" "$work/seen"
	cp -a "$work/kept.git" "$work/up.git"
	start_service -o "$work/seen" "$@"
	answers || fail "$part: it died before anything was asked of it: $point"
	ctl add -f "$work/$part.tasks" >/dev/null || fail "$part: the tasks could not be added: $point"
	[ $part = land ] || wait_until 20 is one LANDING || fail "$part: it does not come to land: $point"
	good=yes
	finish >"$work/wrong" 2>&1 || good=
	if [ -n "$good" ]; then
		ctl stop >/dev/null 2>&1 || :
		wait_until 20 is_over || { say "orchd does not stop" >>"$work/wrong"; good=; }
		check_end >>"$work/wrong" 2>&1 || :
	fi
	kill -9 "$daemon" 2>/dev/null || :
	for pid in $(pids_of .); do kill -9 "$pid" 2>/dev/null || :; done
	wait_until 15 nothing_runs || fail "$part: processes are left: $point"
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
	say "FAIL supervisor: $part: $point: $(cat "$work/wrong")"
	[ -z "${ORCH_TEST_KEEP:-}" ] || { tail -n 60 "$work/log"; exit 1; }
}

# one_part NAME FROM LEAST: at least so many places are seen in a run that nothing disturbs.
one_part() {
	part=$1 from=$2
	points=0 failures=0 missed=0 restarts=0 turn=0
	run_one || fail "$part: a run that nothing disturbs: $(cat "$work/wrong")"
	# What it writes to its log is nobody's state.
	grep -v "write $work/log" "$work/seen" >"$work/places"
	[ -z "${LIST:-}" ] || { cat "$work/places"; return 0; }
	[ "$(wc -l <"$work/places")" -ge "$3" ] || fail "$part: too few calls: $(cat "$work/places")"
	while read -r place call; do
		nth=$turn turn=$((turn + 1))
		for fault in kill EIO ENOSPC; do
			nth=$((nth + 1))
			[ $(((nth - 1) % every)) = 0 ] || continue
			# A pipe is on no disk: that of libevent for signals has no such errors.
			case "$fault $(uname -m) $call" in
			kill\ *) ;;
			*" write pipe:"*) continue ;;
			*" x86_64 "*) ;;
			*) continue ;;
			esac
			one_point "$place" $fault </dev/null
		done
	done <"$work/places"
	say "supervisor: $part: $points points, $failures failures ($missed not met again; the service was started again $restarts times)"
	[ $points -gt 0 ] || fail "$part: no place was met"
	# Which calls there are is not the same in each run, but nearly.
	[ $missed -le $((1 + (points + missed) / 20)) ] ||
	    fail "$part: $missed places were not met again"
	all=$((all + points)) bad=$((bad + failures))
}

for name in ${PARTS:-land void}; do
	case $name in
	land) one_part land 'worker 0 -> job.start' 60 ;;
	void) one_part void 'client <- task.cancel' 40 ;;
	esac
done
[ -n "${LIST:-}" ] || say "supervisor: $all points, $bad failures"
[ $bad = 0 ]
