# What the scripts share that need a cgroup v2: `new_cgroup` makes a folder of it for this
# test, $cgroup, that a service is given by 'cgroup:'; it goes with the test. One that has
# controllers where the machine has any to give; kill, freeze and placement need none.
# Sourced behind lib.sh.

[ "$(id -u)" = 0 ] || skip "skipped: making a cgroup needs root"

# Where cgroup v2 is mounted, and what of it is our own.
cgroup_top=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
cgroup_mounted=
cgroup_own=$(sed -n 's/^0:://p' /proc/self/cgroup)
# Where it is not it is mounted for this test alone.
if [ -z "$cgroup_top" ] && [ -z "${ORCH_TEST_MOUNTS:-}" ]; then
	rm -rf "$work"
	exec unshare --mount --propagation private env ORCH_TEST_MOUNTS=1 sh "$0"
fi
if [ -z "$cgroup_top" ]; then
	cgroup_top=$work/cgroup2
	mkdir "$cgroup_top"
	mount -t cgroup2 cgroup2 "$cgroup_top" && cgroup_mounted=yes ||
	    skip "skipped: this kernel mounts no cgroup v2"
fi

remove_cgroup() {
	[ ! -e "$1/cgroup.kill" ] || echo 1 >"$1/cgroup.kill"
	find "$1" -depth -type d -exec rmdir {} + 2>/dev/null
	[ ! -d "$1" ]
}

new_cgroup() {
	cgroup=$cgroup_top${cgroup_own%/}/${work##*/}
	mkdir "$cgroup" 2>/dev/null || skip "skipped: no cgroup can be made in $cgroup_top${cgroup_own%/}"
	[ -e "$cgroup/cgroup.kill" ] || { rmdir "$cgroup"; skip "skipped: this kernel has no cgroup.kill"; }
}

undo_cgroup() {
	[ -z "${cgroup:-}" ] || wait_until 10 remove_cgroup "$cgroup" || say "left behind: $cgroup"
	[ -z "$cgroup_mounted" ] || umount "$cgroup_top"
}

undo() { undo_cgroup; }

# The cgroups of slots that are there, by their names.
slot_cgroups() { find "$cgroup" -mindepth 1 -type d -name 'orch-*-slot-*' -printf '%f\n' | sed 's/.*-slot-//' | sort | xargs; }
# The folder of a slot's.
slot_cgroup() { find "$cgroup" -mindepth 1 -type d -name "orch-*-slot-$1"; }
no_slot_cgroups() { [ -z "$(slot_cgroups)" ]; }
