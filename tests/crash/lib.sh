# What the scripts here share that let a call of a program go wrong. Sourced after
# tests/regress/lib.sh, never run.
trace=$build/tests/crash/trace_call

# probe OPTION...: a shell makes a file, traced; how it ended in $ended, what it said in $work/said.
probe() {
	rm -f "$work/probe"
	ended=0
	"$trace" "$@" /bin/sh -c ': >"$0"' "$work/probe" 2>"$work/said" || ended=$?
}

# wrong_call WORDS OPTION...: the shell fails, these are its last words, and it makes no file.
wrong_call() {
	words=$1
	shift
	probe "$@"
	said=$(cat "$work/said")
	[ $ended != 0 ] && [ ! -e "$work/probe" ] && [ "${said%"$words"}$words" = "$said" ] ||
	    fail "trace_call $*: nothing went wrong (exit status $ended): $said"
}

# Programs can be traced here, or the test is skipped; and what goes wrong in them does.
prove_injection() {
	[ -x "$trace" ] || fail "not built: $trace"
	probe -o "$work/calls"
	[ $ended = 0 ] && [ -s "$work/calls" ] || skip "programs cannot be traced here"
	wrong_call '' -n 1
	equal "exit status of what is killed" 137 $ended
	[ "$(uname -m)" = x86_64 ] || return 0
	wrong_call 'Input/output error' -n 1 -e EIO
	wrong_call 'No space left on device' -n 1 -e ENOSPC
}
