#!/bin/sh
# The cgroup of a slot outlives its supervisor and its worker: the next supervisor finds the
# agent in it and can stop it for a look; when the worker is killed, while the agent is
# frozen, the next worker takes the cgroup over, nothing lives in it, and what was left is
# saved; when cgroups are switched off, what is at the old place goes all the same.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/cgroup_lib.sh"

new_repository "$work/repository"
service_configuration
new_cgroup
say "cgroup: $cgroup" >>"$work/orch.yaml"
start_service
cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: long
    command: [sh]
    prompt: |
      echo "attempt $ORCH_ATTEMPT" >>long.txt
      setsid sleep 1000 &
      n=0; until test -e ~/go.$ORCH_ATTEMPT; do n=$((n + 1)); echo "line $n"; sleep 0.1; done
END
ctl 0 add -f "$work/tasks.yaml"
lines() { cat "$state/logs/long/1.log" 2>/dev/null | wc -l; }
begun() { [ "$(lines)" -gt 2 ]; }
wait_until 30 begun || fail "it does not run"
place=$(slot_cgroup 0)
agent=$(sort -n "$place/cgroup.procs" | xargs)

kill -9 "$daemon"
wait "$daemon" 2>/dev/null || :
start_service
is_adopted() { ask slots | grep -q '^0 *busy'; }
wait_until 20 is_adopted || fail "it is not adopted"
equal "its cgroup" "$place" "$(slot_cgroup 0)"
for pid in ${agent%% *} $(pids_of_agents | head -n 3); do
	grep -qx "$pid" "$place/cgroup.procs" || [ ! -d "/proc/$pid" ] || fail "process $pid is not in the cgroup"
done
ask doctor >"$work/doctor" || :
! grep 'left behind.*cgroup' "$work/doctor" || fail "a cgroup in use counts as left behind"
ctl 0 debug 0 --pause
frozen() { grep -q '^frozen 1' "$place/cgroup.events"; }
wait_until 10 frozen || fail "the adopted one is not frozen"
ok "adopted with its cgroup"

# By its number: the keeper of a sandbox has the same command line.
worker_of_slot() { ask slots | awk '$1 == "0" { print $3 }'; }
kill -9 "$(worker_of_slot)"
again() { grep -q line "$state/logs/long/2.log" 2>/dev/null; }
wait_until 40 again || fail "no other attempt begins: $(ask show long)"
equal "cgroups" 0 "$(slot_cgroups)"
for pid in $agent; do
	# One that nobody has waited for yet lives no more.
	! grep -q '^State:[[:space:]]*[RSDTtI]' "/proc/$pid/status" 2>/dev/null ||
	    ! grep -q -- -slot-0 "/proc/$pid/cgroup" 2>/dev/null ||
	    fail "process $pid of the first attempt lives: $(grep -E 'State|PPid|Name' "/proc/$pid/status" | xargs)"
done
equal "what was left" "attempt 1" \
    "$(git -C "$state/projects/p/repository.git" show refs/orch/attempts/long/1:long.txt)"
ok "taken over by the next worker"

# Killed together, and the next ones have no cgroups: the slot's record says where it was.
worker=$(worker_of_slot)
kill -9 "$daemon" "$worker"
wait "$daemon" 2>/dev/null || :
sleep 1000 &
stray=$!
children=$stray
say $stray >"$place/cgroup.procs" 2>/dev/null || { mkdir "$place" && say $stray >"$place/cgroup.procs"; }
sed -i '/^cgroup:/d' "$work/orch.yaml"
say "cgroup: off" >>"$work/orch.yaml"
start_service
ctl 0 status
has "$work/out" "rlimits and process namespaces: cgroup: off is configured"
third() { grep -q line "$state/logs/long/3.log" 2>/dev/null; }
wait_until 40 third || fail "no third attempt begins"
equal "cgroups" "" "$(slot_cgroups)"
touch "$state/projects/p/homes/long/go.3"
ctl 0 wait --timeout 60 long
equal "landed" "attempt 3" "$(git -C "$work/up.git" show main:long.txt)"
ok "switched off, and nothing is left"
stop_service
equal "left below the folder" "" "$(find "$cgroup" -mindepth 1 -type d)"
nothing_left
