#!/bin/sh
# The configuration names another runtime folder when the supervisor is started again: its
# workers are adopted where they listen. One whose socket is gone is told to save what it
# has and to end; its task goes on with another attempt, and no slot stays locked.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: one, command: [sh, -c, 'echo begun; until [ -e ~/go ]; do sleep 0.05; done; echo $ORCH_ATTEMPT >one.txt']}
END
start_service
ctl 0 add -f "$work/tasks.yaml"
begun() { grep -q begun "$state/logs/one/1.log" 2>/dev/null; }
wait_until 20 begun || fail "it does not run"
kill -9 "$daemon"; wait "$daemon" 2>/dev/null || :
sed -i "s|runtime: .*|runtime: $work/run/other|" "$work/orch.yaml"
socket=$work/run/other/orchd.sock
start_service
busy() { ask slots | grep -q '^0 *busy'; }
wait_until 10 busy || fail "not adopted: $(ask slots; tail -n 5 "$work/log")"
ok "adopted where it listens"

kill -9 "$daemon"; wait "$daemon" 2>/dev/null || :
rm "$work/run/orch/slot-0.sock"
start_service
: >"$state/projects/p/homes/one/go"
ctl 0 wait --timeout 60 one
equal "landed by" 2 "$(git -C "$work/up.git" show main:one.txt)"
equal "told" 1 "$(grep -c 'slot=0 .*does not answer on its socket' "$work/log")"
git -C "$state/projects/p/repository.git" rev-parse -q --verify refs/orch/attempts/one/1 >/dev/null && fail "it had changed nothing"
stop_service
nothing_left
ok "one that cannot be reached ends"
