# What every script under tests/ shares: where the build is, a folder of its
# own that goes away at the end, a Git that knows nothing of the person who runs
# the test, waiting with a limit, and the search for what a run left behind.
# Sourced, never run. A test passes with 0, is skipped with 77, else it failed.
set -eu

sources=$(cd "$(dirname "$0")" && while [ ! -e protocol/messages.def ] && [ "$PWD" != / ]; do cd ..; done; pwd)
build=${ORCH_BUILD:-$sources/build}
replay=$sources/tests/replay
PATH=$build/bin:$PATH

say() { printf '%s\n' "$*"; }
skip() { say "$*"; exit 77; }
fail() {
	say "FAIL: $*"
	exit 1
}
# Something a test has shown; the log says how far it came.
ok() { say "ok: $*"; }

[ -x "$build/bin/orchctl" ] || fail "no build at $build (make, or set ORCH_BUILD)"

# Everything below $work; short, because sockets have paths under 100 bytes.
work=$(mktemp -d "${ORCH_TEST_TMP:-/tmp}/orch-test.XXXXXX")
state=$work/state
HOME=$work/home
XDG_STATE_HOME=$work/xdg-state
XDG_CONFIG_HOME=$work/home
XDG_RUNTIME_DIR=$work/run
GIT_CONFIG_NOSYSTEM=1
GIT_AUTHOR_NAME=Person GIT_AUTHOR_EMAIL=person@example.org
GIT_COMMITTER_NAME=Person GIT_COMMITTER_EMAIL=person@example.org
LC_ALL=C
TZ=UTC
export PATH HOME XDG_STATE_HOME XDG_CONFIG_HOME XDG_RUNTIME_DIR GIT_CONFIG_NOSYSTEM LC_ALL TZ
export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE SOURCE_DATE_EPOCH NOTIFY_SOCKET
mkdir -m 700 "$HOME" "$XDG_RUNTIME_DIR"
children=
# Root looks into the repository of commitd, who is another user then.
[ "$(id -u)" != 0 ] || git config --global safe.directory '*'

# Overwritten by a test that has more to undo, mounts for instance.
undo() { :; }

clean_up() {
	status=$?
	trap - EXIT
	undo || :
	for pid in $children $(pids_of .); do
		kill -9 "$pid" 2>/dev/null || :
	done
	if [ -n "${ORCH_TEST_KEEP:-}" ]; then
		say "kept: $work"
	else
		chmod -R u+rwx "$work" 2>/dev/null || :
		rm -rf "$work"
	fi
	exit $status
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# pids_of PATTERN: processes of this test's programs, found by our folder in their command
# line and PATTERN (grep) in it as well. Neither shells nor greps of the test itself.
pids_of() {
	grep -lsaF "$work" /proc/[0-9]*/cmdline 2>/dev/null | while read -r file; do
		cat "$file" 2>/dev/null | tr '\0' ' ' | grep -a "$1" |
		    grep -Eqa '(^|/)(orchd|orch-worker|orch-commitd|orch-courier|orch-collect|bwrap|git)[ :]' || continue
		file=${file#/proc/}
		say "${file%%/*}"
	done
}

# Processes that live in a workspace of this test: agents and what they started.
pids_of_agents() {
	grep -lsE "${work##*/}[^ ]*/slots/" /proc/[0-9]*/mountinfo 2>/dev/null | while read -r file; do
		file=${file#/proc/}
		say "${file%%/*}"
	done
}

# wait_until SECONDS COMMAND...: fails the test when the command has not become true by then.
wait_until() {
	limit=$(($1 * 20))
	shift
	while ! "$@"; do
		limit=$((limit - 1))
		[ $limit -gt 0 ] || return 1
		sleep 0.05
	done
}

nothing_runs() { [ -z "$(pids_of .)$(pids_of_agents)" ]; }

# Nothing of this test is left: no process, no mount.
nothing_left() {
	if ! wait_until 15 nothing_runs; then
		for pid in $(pids_of .) $(pids_of_agents); do
			cat "/proc/$pid/cmdline" 2>/dev/null | tr '\0' ' ' || :
			say " <- process $pid is left"
		done
		fail "processes are left"
	fi
	! grep -F "${work##*/}" /proc/mounts | grep -v "^orch-test" || fail "mounts are left"
}

# equal WHAT EXPECTED SEEN
equal() {
	[ "$2" = "$3" ] || fail "$1: expected '$2', saw '$3'"
}

# has FILE TEXT: a text in a file; shows the file when it is not there.
has() {
	grep -qF -e "$2" "$1" && return
	say "--- $1"
	tail -n 40 "$1"
	fail "no '$2' in $1"
}

# A work tree with one commit on main.
new_repository() {
	git init -q -b main "$1"
	say "first" >"$1/first.txt"
	git -C "$1" add .
	git -C "$1" commit -q -m "First"
}

# expect STATUS COMMAND...: output in $work/out and $work/err, within two minutes.
expect() {
	wanted=$1
	shift
	set +e
	timeout -k 5 "${limit_seconds:-120}" "$@" >"$work/out" 2>"$work/err" </dev/null
	seen=$?
	set -e
	[ $seen -eq "$wanted" ] && return
	say "--- $*"
	tail -n 40 "$work/out" "$work/err"
	fail "exit status $seen instead of $wanted: $*"
}

# orch STATUS ARGUMENTS...: `orchctl run` on $work/repository with our state folder.
orch() {
	wanted=$1
	shift
	expect "$wanted" orchctl run -C "$work/repository" --state "$state" "$@"
}

# One line of a Git command on $work/repository.
in_repository() { git -C "$work/repository" "$@"; }

# What a service needs that has one slot and lands unverified on a bare copy of the repository.
service_configuration() {
	git clone -q --bare "$work/repository" "$work/up.git"
	cat >"$work/orch.yaml" <<END
version: 1
slots: 1
state: $state
runtime: $work/run/orch
projects:
  p: {upstream: $work/up.git, branch: main, verify: none}
END
}

# project_configuration SLOTS: the same, and all else that the project has comes by standard input.
project_configuration() {
	rm -rf "$work/up.git"
	service_configuration
	sed -i -e "s/^slots: 1/slots: $1/" -e '/^  p: /d' "$work/orch.yaml"
	say "  p:" >>"$work/orch.yaml"
	{ say "upstream: $work/up.git"; say "branch: main"; cat; } | sed 's/^/    /' >>"$work/orch.yaml"
}

# ---- a service: orchd on $work/orch.yaml, its words in $work/log ----

socket=$work/run/orch/orchd.sock
ask() { orchctl --socket "$socket" "$@"; }
# ctl STATUS ARGUMENTS...: what it says is in $work/out and $work/err.
ctl() {
	wanted=$1
	shift
	expect "$wanted" orchctl --socket "$socket" "$@"
}
answers() { ask status >/dev/null 2>&1; }
start_service() {
	orchd "$@" -c "$work/orch.yaml" 2>>"$work/log" &
	daemon=$!
	children=$daemon
	wait_until 20 answers || fail "orchd does not start: $(cat "$work/log")"
}
stop_service() {
	kill "$daemon"
	wait "$daemon" || :
	children=
}
