#!/bin/sh
# A service with 64 slots: 64 agents run at one time, all that they make lands, and a worker
# that has nothing to do holds less than 4 MB of memory of its own (Pss: what it shares with
# others counts by halves, thirds and so on).
. "$(dirname "$0")/lib.sh"

slots=64
[ "$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)" -ge 2000 ] || skip "less than 2 GB of memory are free"
new_repository "$work/repository"
service_configuration
sed -i "s/^slots: 1/slots: $slots/" "$work/orch.yaml"
{
	say "tasks:"
	number=0
	while [ $number -lt $slots ]; do
		number=$((number + 1))
		say "  - {id: t$number, title: T, prompt: p, command: [sh, -c, 'until [ -e \$HOME/go ]; do sleep 0.5; done; echo $number >f$number']}"
	done
} >"$work/tasks.yaml"
start_service
ctl 0 add -f "$work/tasks.yaml"

homes() { find "$state/projects/p/homes" -mindepth 1 -maxdepth 1 -type d 2>/dev/null; }
all_run() {
	ask slots --json >"$work/slots" 2>/dev/null || return 1
	[ "$(grep -o '"task":"t[0-9]*"' "$work/slots" | sort -u | wc -l)" = $slots ] &&
	    [ "$(homes | wc -l)" = $slots ]
}
wait_until 240 all_run || { cat "$work/slots"; fail "not all $slots run at one time"; }
ok "$slots agents at one time"
for home in $(homes); do : >"$home/go"; done
limit_seconds=300 ctl 0 wait
equal "files that landed" $slots "$(git -C "$work/up.git" ls-tree --name-only main | grep -c '^f[0-9]')"
ok "all have landed"

rests() { [ -z "$(pids_of_agents)" ] && [ "$(pids_of orch-worker | wc -l)" -ge $slots ]; }
wait_until 60 rests || fail "not only resting workers are left: $(pids_of .)"
if grep -q __asan_init "$build/libexec/orch-worker"; then
	say "memory: not looked at, a sanitizer has its own"
else
	most=0
	for pid in $(pids_of orch-worker); do
		pss=$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup")
		[ "$pss" -le $most ] || most=$pss
	done
	[ $most -gt 0 ] || fail "no worker's memory could be read"
	[ $most -lt 4096 ] || fail "a worker at rest has $most kB"
	ok "a worker at rest has at most $most kB"
fi
stop_service
nothing_left
