#!/bin/sh
# A task of one project that depends on a task of another starts when that is complete, from
# its own project's tip; in plan order too, where neither line waits for the other in a
# circle. What depends on a blocked task of another project holds up no line.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/projects_lib.sh"

configuration 3
project lib
project app
project doc "order: plan"
project web "order: plan"
start_service
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: app-1, title: App 1, prompt: p, project: app, depends_on: [lib-1], command: [sh, -c, "ls >seen; echo app >app"]}
  - {id: lib-1, title: Lib 1, prompt: p, project: lib, command: [sh, -c, "sleep 0.3; echo lib >lib"]}
  - {id: lib-2, title: Lib 2, prompt: p, project: lib, depends_on: [app-1], command: [sh, -c, "ls >seen"]}
  - {id: doc-1, title: Doc 1, prompt: p, project: doc, depends_on: [web-1], command: [sh, -c, "echo 1 >doc-1"]}
  - {id: web-1, title: Web 1, prompt: p, project: web, command: [sh, -c, "sleep 0.2; echo 1 >web-1"]}
  - {id: web-2, title: Web 2, prompt: p, project: web, depends_on: [doc-2], command: [sh, -c, "echo 2 >web-2"]}
  - {id: doc-2, title: Doc 2, prompt: p, project: doc, command: [sh, -c, "echo 2 >doc-2"]}
  - {id: web-3, title: Web 3, prompt: p, project: web, command: [sh, -c, "echo 3 >web-3"]}
END
ctl 0 add "$work/tasks.yaml"
ctl 0 wait
equal "what app-1 saw: its own project's" "first.txt seen " "$(git -C "$work/app.git" show main:seen | tr '\n' ' ')"
equal "what lib-2 saw" "first.txt lib seen " "$(git -C "$work/lib.git" show main:seen | tr '\n' ' ')"
ask --json events >"$work/events"
# number TASK EVENT: of the first such event.
number() { grep "\"event\":\"$2\"" "$work/events" | grep "\"task\":\"$1\"" | sed 's/.*"id":\([0-9]*\).*/\1/' | head -n 1; }
# begins_after TASK OTHER
begins_after() {
	[ "$(number "$2" task.complete)" -lt "$(number "$1" task.start)" ] || fail "$1 began before $2 was complete"
}
begins_after app-1 lib-1
begins_after lib-2 app-1
ok "over projects, there and back"
begins_after doc-1 web-1
begins_after web-2 doc-2
equal "the line of doc" 3 "$(git -C "$work/doc.git" rev-list --count main)"
equal "the line of web" 4 "$(git -C "$work/web.git" rev-list --count main)"
ok "in plan order, with tickets of both"

cat >"$work/more.yaml" <<'END'
tasks:
  - {id: stuck, title: Stuck, prompt: p, project: lib, command: [sh, -c, "exit 77"]}
  - {id: waits, title: Waits, prompt: p, project: web, depends_on: [stuck], command: [sh, -c, "echo w >waits"]}
  - {id: goes, title: Goes, prompt: p, project: web, command: [sh, -c, "echo g >goes"]}
END
ctl 0 add "$work/more.yaml"
ctl 1 wait
is stuck BLOCKED || fail "stuck is $(state_of stuck)"
is goes COMPLETE || fail "goes is $(state_of goes): the line of web waits for what cannot come"
is waits PENDING || fail "waits is $(state_of waits)"
ask show waits >"$work/out"
has "$work/out" "task stuck, which it depends on and which is BLOCKED"
ok "what is blocked in one project holds up no other's line"

stop_service
nothing_left
