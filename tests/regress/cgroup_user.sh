#!/bin/sh
# Without root: a cgroup that was given to a user, as systemd gives one to a service of a
# user's, is divided by the orchd that runs in it; its agents are in cgroups of their own,
# and one is frozen and killed by its. A folder that is no cgroup is refused, and so is one
# that is another's.
ORCH_TEST_TMP=${ORCH_TEST_TMP:-/var/tmp}
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/cgroup_lib.sh"

nobody=4242
new_repository "$work/repository"
service_configuration
new_cgroup
chmod 711 "$work"
chown -R $nobody:$nobody "$work"
chown $nobody "$cgroup" "$cgroup/cgroup.procs" "$cgroup/cgroup.subtree_control" "$cgroup/cgroup.threads"
user="setpriv --reuid $nobody --regid $nobody --clear-groups"

say "cgroup: $work" >"$work/bad"
cat "$work/orch.yaml" >>"$work/bad"
# shellcheck disable=SC2086
expect 2 $user orchd -c "$work/bad"
has "$work/err" "is not a folder of cgroup v2"
sed -i "s|^cgroup:.*|cgroup: $cgroup_top|" "$work/bad"
# shellcheck disable=SC2086
expect 2 $user orchd -c "$work/bad"
has "$work/err" "cgroup: "
ok "$(cut -c1-200 "$work/err")"

say "cgroup: $cgroup" >>"$work/orch.yaml"
# shellcheck disable=SC2086
sh -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' sh "$cgroup" $user orchd -c "$work/orch.yaml" 2>>"$work/log" &
daemon=$!
children=$daemon
wait_until 30 answers || fail "orchd does not start: $(cat "$work/log")"
ctl 0 status
has "$work/out" "cgroup $cgroup: kill, freeze"
equal "who is in the folder itself" "" "$(cat "$cgroup/cgroup.procs")"
grep -q "$daemon" "$cgroup"/orch-*-main/cgroup.procs || fail "orchd is not in its leaf"

ctl 0 add --id long --prompt p -- sh -c 'trap "" TERM; setsid sleep 1000 & echo begun; while :; do echo line; sleep 0.1; done'
begun() { grep -q line "$state/logs/long/1.log" 2>/dev/null; }
wait_until 30 begun || fail "it does not run"
place=$(slot_cgroup 0)
for pid in $(pids_of_agents); do
	where=$(grep '^0::' "/proc/$pid/cgroup" 2>/dev/null) || continue
	case $where in
	*-slot-0) ;;
	*) fail "process $pid is in $where" ;;
	esac
done
frozen() { grep -q '^frozen 1' "$place/cgroup.events"; }
ctl 0 debug 0 --pause
wait_until 10 frozen || fail "it is not frozen"
ctl 0 cancel long
expect 1 orchctl --socket "$socket" wait --timeout 60 long
wait_until 10 no_slot_cgroups || fail "a cgroup is left: $(slot_cgroups)"
kill "$daemon"
wait "$daemon" || :
children=
nothing_left
ok "a user's cgroup is divided"
