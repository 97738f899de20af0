#!/bin/sh
# An agent tries to leave its slot's cgroup, to lift its limits, to thaw or kill others by
# theirs and to make one of its own: as root's service, in the folder that it can see.
ORCH_TEST_TMP=${ORCH_TEST_TMP:-/var/tmp}	# seen in the sandbox, as /tmp is not
. "$(dirname "$0")/../regress/lib.sh"
. "$(dirname "$0")/../regress/cgroup_lib.sh"

new_repository "$work/repository"
service_configuration
new_cgroup
say "cgroup: $cgroup" >>"$work/orch.yaml"
mkdir "$cgroup/outside"
start_service
cat >"$work/tasks.yaml" <<END
tasks:
  - id: bad
    command: [sh]
    prompt: |
      tries=0
      try() { tries=\$((tries + 1)); if "\$@" 2>/dev/null; then echo "done: \$*" >>/workspace/done.txt; fi; }
      put() { echo "\$1" >"\$2"; }
      for top in $cgroup /sys/fs/cgroup /sys/fs/cgroup/unified $cgroup_top; do
        [ -d \$top ] || continue
        try put \$\$ \$top/cgroup.procs
        try put \$\$ \$top/outside/cgroup.procs
        try put 0 \$top/cgroup.procs
        try mkdir \$top/mine
        for folder in \$(find \$top -type d 2>/dev/null | head -n 300); do
          try put \$\$ \$folder/cgroup.procs
          try put 1 \$folder/cgroup.kill
          try put 1 \$folder/cgroup.freeze
          try put max \$folder/pids.max
          try put max \$folder/memory.max
          try put +pids \$folder/cgroup.subtree_control
        done
      done
      mkdir /tmp/mine
      try mount -t cgroup2 cgroup2 /tmp/mine
      try unshare -r -m mount -t cgroup2 cgroup2 /tmp/mine
      try unshare -C true
      cat /proc/self/cgroup >/workspace/where.txt
      echo \$tries >/workspace/tries.txt
END
ctl 0 add -f "$work/tasks.yaml"
ctl 0 wait --timeout 100 bad
git="git -C $work/up.git"
[ "$($git show main:tries.txt)" -ge 3 ] || fail "nothing was tried"
! $git show main:done.txt 2>/dev/null || fail "some of it was not refused"
# In its namespace of cgroups its own is the root of all.
$git show main:where.txt | grep -q '^0::/$' || fail "it sees where its cgroup is: $($git show main:where.txt)"
equal "what it made" "$cgroup/outside" "$(find "$cgroup" -mindepth 1 -type d ! -name '*-main')"
equal "who is outside" "" "$(cat "$cgroup/outside/cgroup.procs")"
stop_service
nothing_left
ok "$($git show main:tries.txt) tries"
