#!/bin/sh
# A supervisor with nothing to do makes no wake-up, nor do its workers and commitd:
# strace over IDLE_SECONDS (default 3) shows no system call but the one they wait
# in. And it ends clean when asked to.
. "$(dirname "$0")/lib.sh"

command -v strace >/dev/null || skip "strace is not installed"
seconds=${IDLE_SECONDS:-3}
new_repository "$work/repository"
cat >"$work/orch.yaml" <<END
slots: 3
state: $state
runtime: $work/run/orch
projects:
  p: {upstream: $work/repository, branch: main, verify: none}
END
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}
END
orchd -c "$work/orch.yaml" >"$work/orchd.log" 2>&1 &
supervisor=$!
children=$supervisor
socket=$work/run/orch/orchd.sock
wait_until 20 test -S "$socket" || { cat "$work/orchd.log"; fail "no socket"; }
expect 0 orchctl -s "$socket" add -f "$work/tasks.yaml"
expect 0 orchctl -s "$socket" wait

# Quiet begins when nothing has run for a while: processor time stands still for a second.
ticks() { for pid in $(pids_of '^[^ ]*orch'); do cut -d' ' -f14-17 "/proc/$pid/stat"; done | tr ' ' '\n' | awk '{ n += $1 } END { print n }'; }
is_quiet() { before=$(ticks); sleep 1; [ "$before" = "$(ticks)" ]; }
wait_until 5 is_quiet || fail "it does not become quiet"
count=$(pids_of '^[^ ]*orch' | wc -l)
[ "$count" -ge 5 ] || fail "only $count processes: $(pids_of .)"
set --
for pid in $(pids_of '^[^ ]*orch'); do set -- "$@" -p "$pid"; done
timeout "$seconds" strace -f -q -o "$work/trace" "$@" 2>"$work/err" || [ $? = 124 ] || skip "strace may not be used here: $(cat "$work/err")"
# What is left: the call each one waits in, seen as it began, and strace's own end.
grep -Ev 'epoll_p?wait2?\([^)]*$|restart_syscall|<detached|\+\+\+|<unfinished \.\.\.>$' "$work/trace" >"$work/calls" || :
[ ! -s "$work/calls" ] || { head -n 20 "$work/calls"; fail "$(wc -l <"$work/calls") system calls of $count idle processes in $seconds s"; }
waits=$(wc -l <"$work/trace")
[ "$waits" -le $((count * 2)) ] || { head "$work/trace"; fail "$waits lines for $count processes"; }
kill $supervisor
status=0
wait $supervisor || status=$?
children=
equal "exit status" 0 $status
nothing_left
ok "$count idle processes, no system call in $seconds s"
