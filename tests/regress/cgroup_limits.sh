#!/bin/sh
# What the kernel holds by a slot's cgroup, where it has the controllers: an agent whose
# children together take more memory than limits.memory is killed as a whole and it ends as
# 'memory'; one that makes too many processes is refused them and ends as 'processes';
# limits.cores is in its cpu.max. A neighbour works on meanwhile.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/cgroup_lib.sh"

new_cgroup
for controller in memory pids cpu; do
	grep -qw $controller "$cgroup/cgroup.controllers" || {
		# One that the parent has and does not give yet.
		echo "+$controller" >"${cgroup%/*}/cgroup.subtree_control"
	} 2>/dev/null || skip "skipped: cgroup v2 has no controller '$controller' here (bound to cgroup v1?)"
	grep -qw $controller "$cgroup/cgroup.controllers" ||
	    skip "skipped: cgroup v2 gives no controller '$controller' here"
done

new_repository "$work/repository"
service_configuration
say "cgroup: $cgroup" >>"$work/orch.yaml"
sed -i -e 's/slots: 1/slots: 2/' -e 's/verify: none}/verify: none, retries: {failed: 0},/' "$work/orch.yaml"
sed -i 's/retries: {failed: 0},/&\n    limits: {memory: 64M, processes: 100, cores: 0.5, timeout: 90s}}/' "$work/orch.yaml"
start_service
ctl 0 status
has "$work/out" "processor time, memory, pids, cpu"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: memory
    command: [sh]
    prompt: |
      cat /proc/self/cgroup
      echo kept >kept.txt
      # Files in memory count as well, and are nobody's own.
      head -c 100M /dev/zero >/dev/shm/large; sleep 60
  - id: processes
    command: [sh]
    prompt: |
      for i in 1 2 3 4 5 6; do (for j in 1 2 3 4 5 6 7 8 9 10 1 2 3 4 5 6 7 8 9 20 1 2 3 4 5 6 7 8 9 30 1 2 3 4 5; do sleep 60 & done; wait) & done
      wait
  - id: neighbour
    command: [sh]
    prompt: |
      i=0
      while [ $i -lt 40 ]; do echo line $i >>neighbour.txt; sh -c : || exit 1; sleep 0.1; i=$((i + 1)); done
END
ctl 0 add -f "$work/tasks.yaml"
limited() { [ -n "$(slot_cgroup 0)$(slot_cgroup 1)" ]; }
wait_until 20 limited || fail "no cgroup is made"
place=$(slot_cgroup 0 | head -n 1)
equal "cpu.max" "50000 100000" "$(cat "${place:-$(slot_cgroup 1)}/cpu.max")"
expect 1 orchctl --socket "$socket" wait --timeout 120 memory processes neighbour
ctl 0 show memory
has "$work/out" "the kernel has ended it: all its memory was used up"
ctl 0 show processes
has "$work/out" "processes"
ctl 0 list
equal "memory" memory "$(ask --json show memory | grep -o '"outcome":"[a-z]*"' | cut -d'"' -f4)"
equal "processes" processes "$(ask --json show processes | grep -o '"outcome":"[a-z]*"' | cut -d'"' -f4)"
equal "the neighbour" 40 "$(git -C "$work/up.git" show main:neighbour.txt | wc -l)"
equal "what the one that was killed left" kept "$(git -C "$state/projects/p/repository.git" show refs/orch/attempts/memory/1:kept.txt)"
wait_until 10 no_slot_cgroups || fail "a cgroup is left: $(slot_cgroups)"
stop_service
equal "left below the folder" "" "$(find "$cgroup" -mindepth 1 -type d)"
nothing_left
ok "memory, processes and cores are held by the kernel"
