#!/bin/sh
# A result that could not be taken in through no fault of its own is handed over
# again: Git was killed while it took the pack apart, or the supervisor had no
# descriptor left to open it. The work stays in the outbox until it is safe.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"

# kill_once WORD: kill -9 for the first Git of our commitd with WORD in its command line.
kill_once() {
	until pid=$(pids_of "orch-commitd ") && [ -n "$pid" ]; do
		sleep 0.05
	done
	while [ -e "/proc/$pid" ] && [ ! -e "$work/killed" ]; do
		there=
		read -r there <"/proc/$pid/task/$pid/children" || :
		for child in $there; do
			grep -qaF "$1" "/proc/$child/cmdline" && kill -9 "$child" && : >"$work/killed"
		done
	done
}

cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: big
    title: Big
    prompt: p
    command: [sh, -c, "[ $ORCH_ATTEMPT = 1 ] && head -c 60000000 /dev/urandom >big"]
END
kill_once index-pack 2>/dev/null &
children=$!
orch 0 -j 1 --verify none --json "$work/tasks.yaml"
[ -e "$work/killed" ] || fail "no git index-pack was seen"
equal "size" 60000000 "$(in_repository cat-file -s main:big)"
equal "attempts" 1 "$(grep -c '"task.start"' "$work/out")"
nothing_left
ok "after a kill of the Git that takes a pack apart"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: small
    title: Small
    prompt: p
    command: [sh, -c, "[ $ORCH_ATTEMPT = 1 ] && sleep 2 && echo x >small"]
END
# Without descriptors while the result comes in, then with them again.
starve() {
	wait_until 30 grep -q '"task.start"' "$work/out"
	pid=$(pids_of "orchd ")
	prlimit --pid "$pid" --nofile=3: || return
	: >"$work/starved"
	sleep 4
	prlimit --pid "$pid" --nofile=1024:
}
state=$work/state2
: >"$work/out"
starve &
children="$children $!"
orch 0 -j 1 --verify none --json "$work/tasks.yaml"
[ -e "$work/starved" ] || fail "orchd was not starved of descriptors"
has "$work/err" "Too many open files"
equal "content" x "$(in_repository show main:small)"
equal "attempts" 1 "$(grep -c '"task.start"' "$work/out")"
nothing_left
ok "after a time without descriptors"
