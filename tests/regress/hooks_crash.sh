#!/bin/sh
# kill -9 of the worker while a hook runs, then of the supervisor and the worker: the hook runs
# again, in the next supervisor too, until it has run; tasks go on meanwhile.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
mkdir -m 777 "$work/tools"
cat >"$work/tools/slow-hook" <<END
#!/bin/sh
cat
echo began
while [ -e $work/tools/hang ]; do sleep 0.05; done
echo ended
END
chmod 755 "$work/tools/slow-hook"
chmod 711 "$work"
PATH=$work/tools:$PATH
git clone -q --bare "$work/repository" "$work/up.git"
cat >"$work/orch.yaml" <<END
version: 1
slots: 1
state: $state
runtime: $work/run/orch
projects:
  p: {upstream: $work/up.git, branch: main, verify: none, hooks: {task_end: slow-hook, timeout: 5m}}
END
hook() { grep -q "$1" "$state"/logs/a/hook-task_end-*.log 2>/dev/null; }
touch "$work/tools/hang"
start_service
ctl 0 add --id a --title A -- sh -c 'echo a >a'
ctl 0 wait a
wait_until 20 hook began || fail "the hook does not begin"
: >"$(ls "$state"/logs/a/hook-task_end-*.log)"
kill -9 $(pids_of "orch-worker -s v" | head -n 1)
wait_until 20 hook began || fail "it does not run again: $(tail -n 20 "$work/log")"
ok "again after its worker was killed"

ctl 0 add --id b --title B -- sh -c 'echo b >b'
ctl 0 wait b
: >"$(ls "$state"/logs/a/hook-task_end-*.log)"
kill -9 "$daemon" $(pids_of "orch-worker -s v") 2>/dev/null || :
wait "$daemon" 2>/dev/null || :
start_service
wait_until 30 hook began || fail "the next supervisor does not run it: $(tail -n 20 "$work/log")"
! hook ended || fail "it has ended already"
rm "$work/tools/hang"
wait_until 20 hook ended || fail "it does not end"
other() { grep -q ended "$state"/logs/b/hook-task_end-*.log 2>/dev/null; }
wait_until 20 other || fail "the other one does not run"
! ask events | grep -q hook.failed || fail "one is told to have failed: $(ask events)"
stop_service
nothing_left
ok "and by the next supervisor"
