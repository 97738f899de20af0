#!/bin/sh
# Two runs on one repository are refused, whatever their state folders. Two state folders
# that began at the same tip: what one has landed, with the same
# task, ticket and line in its trailers, is never taken for the work of the other.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/mine.yaml" <<'END'
tasks:
  - {id: a, title: Mine, prompt: p, command: [sh, -c, "[ $ORCH_ATTEMPT != 1 ] || sleep 600; echo mine >mine"]}
END
cat >"$work/other.yaml" <<'END'
tasks:
  - {id: a, title: Other, prompt: p, command: [sh, -c, "echo other >other"]}
  - {id: b, title: More, prompt: p, depends_on: [a], command: [sh, -c, "echo more >more"]}
END
setsid env --default-signal=INT orchctl run -C "$work/repository" --state "$work/one" --verify none \
    "$work/mine.yaml" >"$work/out" 2>"$work/err" </dev/null &
run=$!
children=$run
sleeping() { [ -n "$(pids_of_agents)" ]; }
wait_until 30 sleeping
state=$work/two
orch 2 --verify none "$work/other.yaml"
has "$work/err" "another run works on this repository, with its state in $work/one; wait for its end"
ok "two runs on one repository: the second one is refused"
kill -INT $run
wait $run || :
children=
state=$work/two
orch 0 --verify none "$work/other.yaml"
state=$work/one
limit_seconds=60 orch 0 --verify none "$work/mine.yaml"
equal "landed" "Other More Mine" "$(in_repository log --reverse --format=%s -3 main | xargs)"
equal "the work" mine "$(in_repository show main:mine)"
ok "what another state folder landed is not ours"

# Nor is it after a restart that has to find out what landed.
echo 'tasks: [{id: c, title: Third, prompt: p, command: [sh, -c, "echo c >c"]}]' >"$work/third.yaml"
orch 0 --verify none "$work/third.yaml"
equal "last" Third "$(in_repository log -1 --format=%s main)"
equal "ticket" "Orch-Ticket: 2" "$(in_repository log -1 --format=%B main | grep Orch-Ticket)"
nothing_left
ok "and the numbers go on from our own"
