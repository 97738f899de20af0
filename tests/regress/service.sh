#!/bin/sh
# The service under a real systemd: `systemctl start` returns when the project
# is open, a task lands on the upstream, `systemctl stop` in the middle of an
# agent's work saves that work and leaves no process, the next start goes on
# where it stopped, so does the one after a crash, and the socket unit starts
# the service when somebody calls.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${ORCH_BUILD:-$top/build}
guest=$(mktemp -d)
. "$top/tests/service/guest.sh"

clean_up() {
	guest_down
	rm -rf "$guest"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

missing=$(guest_missing)
if [ -n "$missing" ]; then
	echo "skipped: $missing"
	exit 77
fi

fail() {
	echo "FAILED: $*"
	echo "---- systemctl status"
	guest_run systemctl --no-pager --full status orchd.service orchd.socket 2>&1
	echo "---- journal"
	guest_run journalctl --no-pager -o short-precise -u orchd.service -u orchd.socket 2>&1 | tail -n 60
	exit 1
}

show() {
	guest_run systemctl show --value -p "$1" "${2:-orchd.service}"
}

# is VALUE PROPERTY
is() {
	value=$(show "$2")
	[ "$value" = "$1" ] || fail "$2 is '$value', not '$1'"
}

nothing_runs() {
	! guest_run pgrep -l 'orch|bwrap'
}

slot_cgroups() {
	guest_run find /sys/fs/cgroup/system.slice -type d -name 'orch-*-slot-*'
}

has_started() {
	[ "$(show ActiveState)" = active ]
}

log_says() {
	guest_run orchctl logs "$1" 2>/dev/null | grep -q "$2"
}

restarted() {
	[ "$(show NRestarts)" = 1 ] && has_started
}

# landed_again TASK COMMITS: the second attempt has landed, the first is kept.
landed_again() {
	guest_run orchctl wait --timeout 2m "$1" || fail "orchctl wait $1 ended with $?"
	saved=$(git -c safe.directory='*' -C "$guest/state/projects/service/repository.git" \
	    show "refs/orch/attempts/$1/1:$1.txt" 2>&1)
	[ "$saved" = half ] || fail "what the first attempt of $1 left was not saved: $saved"
	count=$(guest_run git -C /srv/upstream.git rev-list --count main)
	[ "$count" = "$2" ] || fail "the branch has $count commits, not $2"
}

stop_cleanly() {
	guest_run systemctl stop orchd.service || fail "systemctl stop"
	is inactive ActiveState
	is success Result
	is 0 ExecMainStatus
	nothing_runs || fail "processes are left"
	[ -z "$(slot_cgroups)" ] || fail "cgroups are left: $(slot_cgroups)"
}

# ---- what the guest finds: the installed programs, a repository, a configuration
stage=$guest/root
mkdir -p "$stage/usr/local/bin" "$stage/srv" "$stage/etc" "$guest/seed"
make -s -C "$top" B="$build" DESTDIR="$stage" PREFIX=/usr/local SYSCONFDIR=/etc \
    UNITDIR=/usr/lib/systemd/system install >"$guest/install.log" 2>&1 ||
    { cat "$guest/install.log"; echo "FAILED: make install"; exit 1; }
(
	cd "$guest/seed" || exit
	export GIT_AUTHOR_NAME=seed GIT_AUTHOR_EMAIL=seed@localhost GIT_COMMITTER_NAME=seed \
	    GIT_COMMITTER_EMAIL=seed@localhost GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
	git init -q -b main . && echo one >kept.txt && echo two >old.txt && git add . &&
	    git commit -q -m 'first' && git clone -q --bare . "$stage/srv/upstream.git"
) || { echo "FAILED: the repository"; exit 1; }
cat >"$stage/etc/orch.yaml" <<'YAML'
version: 1
slots: 2
projects:
  service:
    upstream: /srv/upstream.git
    branch: main
    verify: none
YAML
cat >"$stage/srv/one.yaml" <<'YAML'
tasks:
  - id: one
    title: One new file, one less
    command: [sh, -c, "echo new >new.txt; rm old.txt"]
YAML
cat >"$stage/srv/slow.yaml" <<'YAML'
tasks:
  - id: slow
    title: Takes its time the first time
    command: [sh, -c, "echo half >slow.txt; echo begun; test $ORCH_ATTEMPT != 1 || sleep 600"]
YAML
cat >"$stage/srv/adopted.yaml" <<'YAML'
tasks:
  - id: adopted
    title: Outlives the supervisor
    command: [sh, -c, "echo begun; until test -e ~/go; do sleep 0.1; done; echo $ORCH_ATTEMPT >adopted.txt"]
YAML
if [ -n "${ASAN_OPTIONS:-}" ]; then
	mkdir -p "$stage/etc/systemd/system/orchd.service.d"
	printf '[Service]\nEnvironment=ASAN_OPTIONS=%s\n' "$ASAN_OPTIONS" \
	    >"$stage/etc/systemd/system/orchd.service.d/sanitizer.conf"
fi
guest_up || exit 1

# ---- the units are well formed
said=$(guest_run systemd-analyze verify /usr/lib/systemd/system/orchd.service \
    /usr/lib/systemd/system/orchd.socket 2>&1 | grep -i orchd) && fail "systemd-analyze verify: $said"

# ---- start: returns when the service is ready
guest_run systemctl start orchd.service || fail "systemctl start"
is active ActiveState
case $(show StatusText) in
"project service open"*) ;;
*) fail "started, but its status is '$(show StatusText)'" ;;
esac

# ---- the unit's cgroup is delegated, and divided
limits=$(guest_run orchctl status | grep '^limits by')
case $limits in
*"cgroup /sys/fs/cgroup/system.slice/orchd.service: kill, freeze"*) ;;
*) fail "orchctl status says: $limits" ;;
esac
main=$(guest_run sh -c 'cat "/proc/$(systemctl show --value -p MainPID orchd.service)/cgroup"')
case $main in
*/orchd.service/orch-*-main) ;;
*) fail "orchd has stayed in the cgroup $main" ;;
esac

# ---- a task lands
guest_run orchctl add /srv/one.yaml || fail "orchctl add"
guest_run orchctl wait --timeout 2m one || fail "orchctl wait ended with $?"
subject=$(guest_run git -C /srv/upstream.git log -1 --format=%s main)
[ "$subject" = "One new file, one less" ] || fail "the branch's last commit is '$subject'"
files=$(guest_run git -C /srv/upstream.git ls-tree --name-only main | tr '\n' ' ')
[ "$files" = "kept.txt new.txt " ] || fail "the branch has the files $files"
stop_cleanly

# ---- stopped in the middle: what the agent left is kept, and the next start goes on
guest_run systemctl start orchd.service || fail "the second start"
guest_run orchctl add /srv/slow.yaml || fail "orchctl add slow"
wait_until 60 log_says slow begun || fail "the agent of 'slow' did not begin"
stop_cleanly
guest_run systemctl start orchd.service || fail "the third start"
landed_again slow 3

# ---- killed in the middle: systemd starts it again, and the agent has gone on meanwhile
guest_run orchctl add /srv/adopted.yaml || fail "orchctl add adopted"
wait_until 60 log_says adopted begun || fail "the agent of 'adopted' did not begin"
guest_run systemctl kill --kill-whom=main -s KILL orchd.service || fail "systemctl kill"
of_slot=$(slot_cgroups)
[ -n "$of_slot" ] || fail "its agent has no cgroup"
wait_until 60 restarted || fail "not started again after it was killed"
[ "$(slot_cgroups)" = "$of_slot" ] || fail "the cgroup of its agent is another one: $(slot_cgroups)"
guest_run touch /var/lib/orch/projects/service/homes/adopted/go || fail "touch go"
guest_run orchctl wait --timeout 2m adopted || fail "orchctl wait adopted ended with $?"
attempt=$(guest_run git -C /srv/upstream.git show main:adopted.txt)
[ "$attempt" = 1 ] || fail "it landed by attempt '$attempt', not by the first"
stop_cleanly

# ---- the socket starts the service, and outlives it
guest_run systemctl start orchd.socket || fail "systemctl start orchd.socket"
guest_run timeout 60 orchctl status || fail "orchctl status by the socket ended with $?"
wait_until 30 has_started || fail "called by its socket, but not started"
stop_cleanly
guest_run timeout 60 orchctl status || fail "orchctl status, the service stopped once, ended with $?"
guest_run systemctl stop orchd.socket orchd.service
echo "started, landed, stopped, resumed, killed and adopted, started by its socket"
