#!/bin/sh
# Two projects in one supervisor: each has a repository, a line and tickets of its own, and
# its tasks land in its own upstream. Tasks of both may write the same paths at once. A task
# names its project, or its file does, or the command line; without that it is refused.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/projects_lib.sh"

configuration 2
# Agents of both meet outside of their workspaces.
project web "sandbox: none"
project api "sandbox: none"
start_service
meet() { say "touch $work/$1; while [ ! -e $work/$2 ]; do sleep 0.05; done; echo $3 >f"; }
cat >"$work/tasks.yaml" <<END
project: web
tasks:
  - {id: w1, title: W1, prompt: p, files: [f], command: [sh, -c, "$(meet w a w1)"]}
  - {id: w2, title: W2, prompt: p, depends_on: [w1], command: [sh, -c, "echo w2 >w2"]}
  - {id: a1, title: A1, prompt: p, project: api, files: [f], command: [sh, -c, "$(meet a w a1)"]}
END
ctl 0 add "$work/tasks.yaml"
ctl 0 add -p api --id a2 --title A2 --depends-on a1 -- sh -c 'echo a2 >a2'
ctl 0 wait
equal "in web" "First W1 W2 " "$(subjects web)"
equal "in api" "First A1 A2 " "$(subjects api)"
equal "w1's f" w1 "$(git -C "$work/web.git" show main:f)"
equal "a1's f" a1 "$(git -C "$work/api.git" show main:f)"
ok "each in its own"

for name in web api; do
	equal "tickets of $name" "1 2 " "$(git -C "$work/$name.git" log --reverse main \
	    --format='%(trailers:key=Orch-Ticket,valueonly,separator=)' | grep . | tr '\n' ' ')"
	[ -d "$state/projects/$name/repository.git" ] || fail "no repository of $name"
done
ok "tickets from 1 in each line"

ctl 2 add --id x --title X -- true
has "$work/err" "task 'x': project: missing; write which one it is for: web, api"
ctl 2 add -p shop --id x --title X -- true
has "$work/err" "task 'x': project: there is no 'shop'; there is web, api"
ctl 2 add -p web --id a1 --title A1 -- true
has "$work/err" "task 'a1': id: there is such a task already"
equal "nothing was added" 4 "$(ask --json list | grep -o '"id"' | wc -l)"
stop_service
nothing_left
ok "a task has one project"
