#!/bin/sh
# In plan order all tickets are drawn at once, and the line waits for each. It does not
# wait for one whose task can never start: what depends on a task that is BLOCKED or
# CANCELLED gives its ticket back, whenever it was added, whatever it waits for itself,
# and however the other one ended. Nor for those drawn before the order was changed.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
# What is in the PATH is what agents and gates see of here.
mkdir "$work/outside"
PATH=$work/outside:$PATH
limit_seconds=30
is() { ask show "$1" | grep -q "$2"; }
configure() {
	cat >"$work/orch.yaml" <<-END
	version: 1
	slots: 3
	state: $state
	runtime: $work/run/orch
	projects:
	  p: {upstream: $work/up.git, branch: main, $1}
	END
}
# begin NAME 'keys of the project': a new upstream and a new state.
begin() {
	state=$work/state-$1
	rm -rf "$work/up.git"
	git clone -q --bare "$work/repository" "$work/up.git"
	configure "$2"
	start_service
}
end() {
	stop_service
	rm -f "$work/outside"/*
}
landed() { equal "landed, $1" "$2" "$(git -C "$work/up.git" log --reverse --format=%s main | sed 1d | xargs)"; }
a='id: a, title: A, prompt: p, command: [sh, -c'
b='id: b, title: B, prompt: p, depends_on: [a], command: [sh, -c, "echo b >b"]'
c='id: c, title: C, prompt: p, command: [sh, -c, "echo c >c"]'

begin added 'order: plan, verify: none'
say "tasks: [{$a, 'exit 77']}]" >"$work/first.yaml"
say "tasks: [{$b}, {$c}]" >"$work/more.yaml"
ctl 0 add "$work/first.yaml"
ctl 1 wait a
ctl 0 add "$work/more.yaml"
ctl 0 wait c
landed added C
end
ok "what is added behind a task that is blocked draws nothing"

begin asks 'order: plan, verify: none'
say "tasks: [{$a, 'while [ ! -e $work/outside/go ]; do sleep 0.1; done; exit 77']}, {$b, requires_approval: [start]}, {$c}]" >"$work/tasks.yaml"
ctl 0 add "$work/tasks.yaml"
wait_until 10 is c LANDING || fail "it has no result"
: >"$work/outside/go"
ctl 0 wait c
landed asks C
ctl 0 approve b
is b PENDING || fail "it does not wait for the other one"
end
ok "a question before the start holds no place in the line"

begin cancel "order: plan, verify: 'case \$ORCH_SLOT in v*) while [ ! -e $work/outside/go ]; do sleep 0.1; done;; esac'"
say "tasks: [{$a, 'echo a >a']}, {$b}, {$c}]" >"$work/tasks.yaml"
ctl 0 add "$work/tasks.yaml"
wait_until 20 is a VERIFYING || fail "it is not verified"
ctl 0 cancel a
: >"$work/outside/go"
ctl 0 wait c
landed cancel C
is a CANCELLED || fail "it is not cancelled"
end
ok "nor one behind a result that was cancelled in the line"

begin order 'order: plan, verify: none'
say "tasks: [{$a, 'while [ ! -e $work/outside/go ]; do sleep 0.1; done; exit 77'], files: [a]}, {$b, files: [c]}, {$c, files: [c]}, {id: d, title: D, prompt: p, command: [sh, -c, 'while [ ! -e $work/outside/go ]; do sleep 0.1; done; echo d >d'], files: [d]}]" >"$work/tasks.yaml"
ctl 0 add "$work/tasks.yaml"
wait_until 10 is a RUNNING || fail "it does not start"
wait_until 10 is d RUNNING || fail "it does not start"
kill "$daemon"
wait "$daemon" || :
configure 'order: completion, verify: none'
start_service
ctl 0 wait c
ctl 0 cancel a
: >"$work/outside/go"
ctl 0 wait d
landed order "C D"
end
nothing_left
ok "nor those of an order that is no more"
