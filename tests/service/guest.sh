# A guest with a systemd of its own; sourced by tests, which set `guest` to a
# folder of their own first. boot.sh tells what is in that folder.

guest_boot=$(cd "$(dirname "$0")/../service" && pwd)/boot.sh
guest_process=

# Prints why a guest cannot be had here, or nothing.
guest_missing() {
	[ "$(id -u)" = 0 ] || { echo "needs root"; return; }
	[ -x /lib/systemd/systemd ] || { echo "needs systemd"; return; }
	for program in unshare nsenter setpriv pivot_root systemctl; do
		command -v $program >/dev/null || { echo "needs $program"; return; }
	done
	grep -q ' cgroup2 ' /proc/mounts || { echo "needs a mounted cgroup v2"; return; }
	mkdir -p "$guest/try/upper" "$guest/try/work" "$guest/try/root" "$guest/try/tmpfs"
	unshare --fork --pid --mount --cgroup --net --propagation private sh -c '
	    cd "$1" && mount -t tmpfs tmpfs tmpfs && mkdir tmpfs/upper tmpfs/work &&
	    mount -t overlay -o lowerdir=/,upperdir=tmpfs/upper,workdir=tmpfs/work overlay root &&
	    test -x root/lib/systemd/systemd && mount -t proc proc root/proc' sh "$guest/try" 2>/dev/null ||
	    echo "needs the right to make namespaces and mounts"
}

# The guest's PID 1, or nothing.
guest_init() {
	cat "/proc/$guest_process/task/$guest_process/children" 2>/dev/null
}

# guest_run COMMAND...: inside, with root's plain environment.
guest_run() {
	nsenter -t "$(guest_init | tr -d ' ')" -m -p -n -u -i -C -r -w \
	    env -i LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

# wait_until SECONDS COMMAND...: fails when the time is over.
wait_until() {
	limit=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt $limit ] || return 1
		sleep 0.1
	done
}

guest_is_up() {
	case $(guest_run timeout 5 systemctl is-system-running 2>/dev/null) in
	running|degraded) ;;
	*) return 1 ;;
	esac
}

# Ends with this shell, however that ends. Call it in no subshell.
guest_up() {
	mkdir -p "$guest/root" "$guest/state"
	setsid setpriv --pdeathsig KILL sh "$guest_boot" "$guest" >"$guest/boot.log" 2>&1 </dev/null &
	guest_process=$!
	wait_until 60 guest_is_up && return 0
	echo "the guest did not start:"
	cat "$guest/boot.log"
	guest_run systemctl --no-pager --failed 2>&1
	return 1
}

guest_is_gone() {
	[ ! -d "/proc/$1" ]
}

cgroup_removed() {
	find "$1" -depth -type d -exec rmdir {} + 2>/dev/null
	[ ! -d "$1" ]
}

# Leaves no process, mount or cgroup.
guest_down() {
	[ -n "$guest_process" ] || return 0
	init=$(guest_init | tr -d ' ')
	kill -KILL "$guest_process" 2>/dev/null
	wait "$guest_process" 2>/dev/null
	guest_process=
	[ -z "$init" ] || wait_until 20 guest_is_gone "$init" || echo "PID 1 of the guest does not end: $init"
	[ ! -e "$guest/cgroups" ] || while read -r cgroup; do
		wait_until 10 cgroup_removed "$cgroup" || echo "left behind: $cgroup"
	done <"$guest/cgroups"
}
