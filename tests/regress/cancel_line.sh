#!/bin/sh
# A result that is in the line is cancelled: the receipt decides, and the wish is not lost
# before it comes, whoever ends meanwhile: commitd before it has read it, the supervisor
# as well. When the result turns out to be red at the same time nobody does it again.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
# What is in the PATH is what gates see of here.
mkdir "$work/outside"
PATH=$work/outside:$PATH
limit_seconds=30
is() { ask show "$1" | grep -q "$2"; }
slot_is() { ask --json slots | grep -q "\"slot\":\"$1\"[^}]*\"state\":\"$2\""; }
end() {
	stop_service
	rm -f "$work/outside"/*
}
# begin NAME STATUS: a is being verified, which ends with STATUS when there is $work/outside/go.
begin() {
	state=$work/state-$1
	project_configuration 1 <<-END
	verify: 'case \$ORCH_SLOT in v*) while [ ! -e $work/outside/go ]; do sleep 0.1; done; exit $2;; esac'
	END
	say 'tasks: [{id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}]' >"$work/tasks.yaml"
	start_service
	ctl 0 add "$work/tasks.yaml"
	wait_until 20 is a VERIFYING || fail "it is not verified"
	wait_until 20 slot_is v0 busy || { ask --json slots; fail "no gate runs"; }
	commitd=$(pids_of orch-commitd)
	kill -STOP $commitd
}
cancelled() {
	ctl 1 wait a
	is a CANCELLED || { ask show a; fail "$1: it is not cancelled"; }
	is a "reason.*not this one" || { ask show a; fail "$1: nobody knows why"; }
	ask --json events --task a >"$work/events"
	equal "events, $1" "task.cancel task.cancelled" "$(grep -o '"event":"task.cancel[a-z]*' "$work/events" | sed 's/.*"//' | xargs)"
	equal "on the branch, $1" 1 "$(git -C "$work/up.git" rev-list --count main)"
}

begin commitd 0
ctl 0 cancel --why "not this one" a
kill -KILL $commitd
# The gate stays closed: it is the wish that ends it.
cancelled "commitd killed"
end
ok "commitd dies before it has read it"

begin both 0
ctl 0 cancel --why "not this one" a
kill -KILL "$daemon"
wait "$daemon" 2>/dev/null || :
kill -KILL $commitd 2>/dev/null || :
start_service
cancelled "both killed"
end
ok "the supervisor dies as well"

begin red 1
: >"$work/outside/go"
wait_until 20 slot_is v0 idle || { ask --json slots; fail "the gate does not end"; }
ctl 0 cancel --why "not this one" a
kill -CONT $commitd
cancelled "red"
ctl 0 show a
equal "attempts" 1 "$(grep -c 'done' "$work/out")"
end
nothing_left
ok "it is red at the same time"
