#!/bin/sh
# commitd has landed a result, and the tip that attempts start from cannot be made. Who
# depends on it waits; an agent that runs may write there. When the project fails and
# cannot be opened again, a task of another project that depends on it starts all the same;
# opened, the others start from a tip that has it.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/projects_lib.sh"

mkdir "$work/outside"
PATH=$work/outside:$PATH
configuration 2
project web
project api
cat >"$work/tasks.yaml" <<END
tasks:
  - id: holder
    title: Holder
    project: web
    files: [shared]
    command: [sh, -c, 'until [ -e $work/outside/go ]; do sleep 0.1; done; echo holder >shared']
  - id: asker
    title: Asker
    project: web
    files: [own]
    command: [sh, -c, 'until [ -e $work/outside/ask ]; do sleep 0.1; done; orchctl scope add shared; echo "asked: \$?";
        until [ -e $work/outside/end ]; do sleep 0.1; done; echo a >own']
  - {id: after, title: After, project: web, depends_on: [holder], files: [copy], command: [cp, shared, copy]}
  - {id: beyond, title: Beyond, project: web, depends_on: [after], files: [more], command: [cp, copy, more]}
  - {id: same, title: Same, project: web, files: [shared], diff: optional, command: ["true"]}
  - {id: elsewhere, title: Elsewhere, project: api, depends_on: [holder], command: [sh, -c, "echo e >e"]}
END
start_service
ctl 0 add "$work/tasks.yaml"
wait_until 30 is holder RUNNING || fail "holder does not run: $(ask list)"
wait_until 30 is asker RUNNING || fail "asker does not run: $(ask list)"
# Where the files of the next tip are to be is something else, however often that is tried.
for n in 2 3 4 5 6 7 8 9; do
	mkdir -p "$state/projects/web/trees/layer-$n/taken"
done
: >"$work/outside/go"
wait_until 30 is holder COMPLETE || fail "holder does not land: $(ask show holder)"
ctl 0 show after
has "$work/out" "what task holder has landed to be made ready"
ctl 0 show beyond
has "$work/out" "task after, which it depends on and which is PENDING; first of all what task holder has landed to be made ready"
ctl 0 locks
grep -q 'holder  *COMPLETE .* shared .*same' "$work/out" || { cat "$work/out"; fail "what it landed holds nothing"; }
ctl 0 locks -p api
! grep -q holder "$work/out" || fail "another project's: $(cat "$work/out")"
: >"$work/outside/ask"
asked() { grep -q "asked: 0" "$state/logs/asker/1.log"; }
wait_until 30 asked || fail "it may not: $(cat "$state/logs/asker/1.log")"
ok "in the way of who starts alone"

mv "$state/projects/web" "$state/away"
: >"$state/projects/web"
wait_until 60 is elsewhere COMPLETE || fail "it waits for nothing: $(ask show elsewhere; tail "$work/log")"
is after PENDING || fail "it started from a tip without it"
ok "what is elsewhere goes on without the tip"

rm "$state/projects/web"
mv "$state/away" "$state/projects/web"
: >"$work/outside/end"
ctl 0 wait
equal "what it started from" holder "$(git -C "$work/web.git" show main:copy)"
stop_service
nothing_left
ok "what depends on it starts from a tip that has it"
