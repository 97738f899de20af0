#!/bin/sh
# What there is is asked for in parts: tasks by state, agent, what is stuck, page after page;
# events by task, type, time and number; who holds which files; the line.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
mkdir "$work/outside"
PATH=$work/outside:$PATH
service_configuration
sed -i 's/slots: 1/slots: 2/; s/verify: none}/verify: none, retries: {failed: 0}}/' "$work/orch.yaml"
cat >>"$work/orch.yaml" <<'END'
agents:
  robot: {command: [sh, -c, "cat >robot"], prompt: stdin}
END
cat >"$work/tasks.yaml" <<END
tasks:
  - {id: one, title: One, prompt: p, files: ["src/**"], priority: 0, command: [sh, -c, "while [ ! -e $work/outside/go ]; do sleep 0.1; done; mkdir src; echo 1 >src/1"]}
  - {id: two, title: Two, prompt: p, files: [src/2], command: [sh, -c, "mkdir -p src; echo 2 >src/2"]}
  - {id: robot, title: Robot, prompt: p, agent: robot}
  - {id: bad, title: Bad, prompt: p, command: [sh, -c, "exit 3"]}
  - {id: behind, title: Behind, prompt: p, depends_on: [bad], command: [sh, -c, "echo"]}
  - {id: further, title: Further, prompt: p, depends_on: [behind], command: [sh, -c, "echo"]}
END
start_service
ctl 0 add "$work/tasks.yaml"
ctl 1 wait robot bad || :
holds() { ask --json locks | grep -q '"task":"one"'; }
wait_until 30 holds || fail "nobody holds files: $(ask locks)"
ctl 0 --json locks
has "$work/out" '"files":["src/**"],"waiters":["two"]'
ctl 0 locks
has "$work/out" "src/**"
ids() { sed 1d "$work/out" | awk '{ print $1 }' | xargs; }
ctl 0 list --agent robot
equal "of an agent" "robot" "$(ids)"
ctl 0 list --blocked
equal "stuck" "bad behind further" "$(ids)"
ctl 0 list --limit 2
equal "a page" "one two" "$(ids)"
ctl 0 list --limit 2 --after two
equal "the next page" "robot bad" "$(ids)"
ctl 0 list --limit 2 --after two --state pending
equal "the next page of a state" "behind further" "$(ids)"
ctl 2 list --after nothing
ok "tasks in parts"

: >"$work/outside/go"
ctl 0 wait one two
ctl 0 tickets
equal "the line" "nothing is in the line" "$(cat "$work/out")"
ctl 0 --json tickets -a
equal "tickets of before" 3 "$(grep -o '"state":"landed"' "$work/out" | wc -l)"
ctl 0 --json tickets -a --limit 2
equal "the last of them" "2 3" "$(grep -o '"ticket":[0-9]*' "$work/out" | tr -dc '0-9\n' | xargs)"
ctl 0 --json events --task bad
equal "events of a task" "task.added task.blocked task.escalated task.start" "$(grep -v run.end "$work/out" |
    sed 's/.*"event":"\([a-z.]*\)".*/\1/' | sort | xargs)"
! grep -v run.end "$work/out" | grep -v '"task":"bad"' || fail "events of others"
ctl 0 --json events --type 'task.complete'
equal "of a type" 3 "$(wc -l <"$work/out")"
ctl 0 --json events --type 'task.complete' --limit 1
equal "the last of a type" 1 "$(wc -l <"$work/out")"
ctl 0 --json events --since 1h --type 'task.add*'
equal "since" 6 "$(wc -l <"$work/out")"
ctl 0 --json events --since @99999999999
equal "since what is to come" "" "$(grep -v run.end "$work/out" || :)"
ctl 0 --json events --since 2000-01-01T03:00 --type 'task.add*'
equal "since a minute" 6 "$(wc -l <"$work/out")"
for command in events stats notes; do
	ctl 2 $command --since yesterday
	has "$work/err" "--since: 'yesterday' is not a time; write 90s"
	ctl 0 $command --since 00:00
done

# What comes while others do is told once, too.
orchctl --socket "$socket" --json events -f --task bad --type 'task.bl*' >"$work/followed" &
follower=$!
children="$children $follower"
has_told() { [ "$(grep -c '"task":"bad"' "$work/followed")" = "$1" ]; }
wait_until 20 has_told 1 || fail "the first is not told"
for times in 2 3; do
	ctl 0 retry bad
	wait_until 20 has_told "$times" || fail "not told $times times: $(cat "$work/followed")"
done
! grep -v run.end "$work/followed" | grep -v '"event":"task.blocked"' || fail "others were told"
kill "$follower"
wait "$follower" || :
stop_service
nothing_left
ok "events in parts, files and the line"
