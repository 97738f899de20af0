#!/bin/sh
# Each slot has a cgroup: all of an attempt is in it from its first instruction on, in one
# that is made for the run and gone after it; a person stops it with all that it started; a
# stop kills who has made a session of its own and hears no signal; what children took that
# nobody waited for is counted; the next run has a fresh one.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/cgroup_lib.sh"

new_repository "$work/repository"
service_configuration
new_cgroup
say "cgroup: $cgroup" >>"$work/orch.yaml"
sed -i 's/verify: none}/verify: none, limits: {cpu: 3s}}/' "$work/orch.yaml"
start_service
ctl 0 status
has "$work/out" "cgroup $cgroup: kill, freeze, processor time"
ctl 0 --json status
has "$work/out" '"limits":"cgroup'
wait_until 10 no_slot_cgroups || fail "the trial's is left: $(ls "$cgroup")"

# ---- where everything is
cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: all
    command: [sh]
    prompt: |
      trap '' TERM
      cat /proc/self/cgroup >where.txt
      setsid sh -c 'trap "" TERM HUP; (while :; do echo tick >>ticks; sleep 0.1; done) & exec sleep 1000' &
      n=0; while :; do n=$((n + 1)); echo "line $n"; sleep 0.1; done
END
ctl 0 add -f "$work/tasks.yaml"
ticking() { grep -q tick "$state"/slots/0/upper/ticks "$state"/slots/0/tree/ticks 2>/dev/null; }
wait_until 20 ticking || fail "it does not run"
equal "cgroups" 0 "$(slot_cgroups)"
place=$(slot_cgroup 0)
all=$(pids_of_agents | wc -l)
outside=0
for pid in $(pids_of_agents); do
	where=$(cat "/proc/$pid/cgroup" 2>/dev/null) || continue	# it has just ended
	case $(say "$where" | grep '^0::') in
	*-slot-0) ;;
	*) outside=$((outside + 1)) ;;
	esac
done
[ "$all" -ge 5 ] || fail "only $all processes were found"
equal "processes of the attempt outside of its cgroup" 0 "$outside"
worker=$(ask slots | awk '$1 == "0" { print $3 }')
! grep -q -- -slot- "/proc/$worker/cgroup" || fail "the worker is in its slot's cgroup"
equal "the slot's record" "$place" "$(cat "$state/slots/0/cgroup")"
ok "$all processes, all in their cgroup"

# ---- stopped for a look, with what it started
lines() { wc -l <"$state/logs/all/1.log"; }
frozen() { grep -q '^frozen 1' "$place/cgroup.events"; }
ctl 0 debug 0 --pause
wait_until 10 frozen || fail "it is not frozen"
before=$(lines)
wait_until 2 test "$(lines)" != "$before" && fail "it goes on though it is stopped"
equal "lines while it was stopped" "$before" "$(lines)"
ctl 0 debug 0
has "$work/out" "cgroup: $place"
ctl 0 debug 0 --resume
goes_on() { [ "$(lines)" -gt "$before" ]; }
wait_until 10 goes_on || fail "it does not go on"
ok "frozen, and on"

# ---- killed, while it is frozen: TERM needs it to go on, KILL does not
ctl 0 debug 0 --pause
wait_until 10 frozen || fail "it is not frozen once more"
ctl 0 cancel all
expect 1 orchctl --socket "$socket" wait --timeout 60 all
wait_until 10 no_slot_cgroups || fail "a cgroup is left: $(slot_cgroups)"
[ -z "$(pids_of_agents)" ] || fail "processes are left"
ok "killed, and its cgroup is gone"

# ---- the time of the processor, of children that nobody has waited for
cat >"$work/cpu.yaml" <<'END'
tasks:
  - id: burn
    command: [sh]
    prompt: |
      # Each is one that init reaps: no process that lives has its time.
      while :; do sh -c '(timeout 0.2 sh -c "while :; do :; done" &)'; sleep 0.2; done
END
ctl 0 add -f "$work/cpu.yaml"
expect 1 orchctl --socket "$socket" wait --timeout 100 burn
ctl 0 show burn
has "$work/out" "cpu"
has "$work/out" "seconds of the processor"
wait_until 10 no_slot_cgroups || fail "a cgroup is left: $(slot_cgroups)"
ok "time that nobody waited for"
stop_service
equal "left below the folder" "" "$(find "$cgroup" -mindepth 1 -type d)"
nothing_left
