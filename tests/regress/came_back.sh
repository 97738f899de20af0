#!/bin/sh
# A result that came back is not in the line any more, though its ticket is kept: in plan
# order while the task is done again, with on_blocked: hold while a person decides. When
# commitd dies meanwhile it is not told again and cannot land; the new result does, and
# the ticket says of which attempt that is.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
# What is in the PATH is what agents and gates see of here.
mkdir "$work/outside"
PATH=$work/outside:$PATH
limit_seconds=30
is() { ask show a | grep -q "$1"; }
opened() { [ "$(grep -c 'event=project.ready' "$work/log")" -ge "$1" ]; }
# begin NAME ORDER ON_BLOCKED REWORKS: the gate of attempt 1 takes too long, and a later one does not.
begin() {
	state=$work/state-$1
	rm -rf "$work/outside"/* "$work/log"
	project_configuration 1 <<-END
	limits: {verify: 1s}
	verify: 'case \$ORCH_SLOT in v*) while [ ! -e $work/outside/fast ]; do sleep 0.1; done;; esac'
	order: $2
	on_blocked: $3
	retries: {rework: $4}
	END
	cat >"$work/tasks.yaml" <<-END
	tasks:
	  - {id: a, title: A, prompt: p, command: [sh, -c, "[ \$ORCH_ATTEMPT = 1 ] || while [ ! -e $work/outside/go ]; do sleep 0.1; done; echo attempt \$ORCH_ATTEMPT >a"]}
	END
	start_service
	ctl 0 add "$work/tasks.yaml"
}
say 'tasks: [{id: b, title: B, prompt: p, command: [sh, -c, "echo b >b"]}]' >"$work/more.yaml"
# commitd dies, and is there again.
kill_commitd() {
	: >"$work/outside/fast"
	kill -KILL $(pids_of orch-commitd)
	wait_until 20 opened 2 || fail "commitd does not come back: $(cat "$work/log")"
}
on_branch() { equal "on the branch" "$1" "$(git -C "$work/up.git" show main:a 2>&1)"; }

begin plan plan skip 3
second() { is RUNNING && is '^ *2 '; }
wait_until 20 second || fail "there is no second attempt"
kill_commitd
: >"$work/outside/go"
ctl 0 wait a
on_branch "attempt 2"
stop_service
if command -v sqlite3 >/dev/null; then
	equal "ticket" "1 2 landed" \
	    "$(sqlite3 -readonly -separator ' ' "$state/orch.db" 'SELECT number, attempt, state FROM tickets')"
else
	say "the ticket not looked at: sqlite3 is not here"
fi
ok "in plan order, while it is done again"

for order in completion plan; do
	begin "hold-$order" $order hold 0
	ctl 1 wait a
	is BLOCKED || fail "it is not blocked"
	kill_commitd
	ctl 0 add "$work/more.yaml"
	ctl 1 wait b
	is BLOCKED || fail "it is not blocked any more"
	: >"$work/outside/go"
	ctl 0 retry a
	ctl 0 wait
	on_branch "attempt 2"
	stop_service
	ok "while it holds the line ($order)"
done
nothing_left
