#!/bin/sh
# An agent that writes 1 GB of output: it is read, no more than limits.output of it
# is kept, the supervisor's memory does not grow with it, and what the agent did
# lands. Output that is no text does no harm to those who read it.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/orch.yaml" <<'END'
projects:
  p: {verify: none, limits: {output: 1M}}
END
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: loud, title: Loud, prompt: p, command: [sh, -c, "echo begins; head -c 1000000000 /dev/zero | tr '\\000' x; echo; echo ends; echo x >loud"]}
  - {id: binary, title: Binary, prompt: p, command: [sh, -c, "printf '\\377\\376\\033[31m\\000\\n'; head -c 100000 /dev/urandom; exit 77"]}
END
# The most memory any of our processes has had, in kB, seen every now and then.
watch_memory() {
	while :; do
		for pid in $(pids_of '^[^ ]*orch'); do
			sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status" 2>/dev/null || :
		done
		sleep 0.2
	done >>"$work/memory"
}
watch_memory &
children=$!
begin=$(date +%s%N)
limit_seconds=300 orch 1 -c "$work/orch.yaml" -j 2 --json "$work/tasks.yaml"
took=$((($(date +%s%N) - begin) / 1000000))
kill $children
children=
has "$work/out" '"complete":1'
equal "what landed" x "$(cat "$work/repository/loud")"
log=$state/logs/loud/1.log
[ "$(wc -c <"$log")" -le 1200000 ] || fail "$(wc -c <"$log") bytes were kept"
most=$(sort -n "$work/memory" | tail -n 1)
[ "$most" -lt 65536 ] || fail "a process used $most kB"
nothing_left
ok "1 GB of output in $took ms; $(wc -c <"$log") bytes kept; at most $most kB in one process"
