#!/bin/sh
# What waits for a person is in one list, the oldest first, each with the command that
# answers it. What is not answered within approval.timeout is a no, across an end of the
# service; that and every answer is counted.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
mkdir "$work/outside"
PATH=$work/outside:$PATH
service_configuration
sed -i 's/verify: none}/verify: none, protect: [ci], retries: {failed: 0}}/; s/retries: {/agent: robot, &/' "$work/orch.yaml"
printf 'agents:\n  robot: {command: [sh, -c, "echo done"], prompt: stdin}\n' >>"$work/orch.yaml"
cat >"$work/tasks.yaml" <<END
tasks:
  - {id: bad, title: Bad, prompt: p, priority: 0, command: [sh, -c, "exit 3"]}
  - {id: lands, title: Lands, prompt: p, depends_on: [after-bad], command: [sh, -c, "mkdir ci; echo x >ci/x"]}
  - {id: after-bad, title: Next, prompt: p, command: [sh, -c, "orchctl discover --prompt 'look at it' 'A new thing'"]}
  - {id: starts, title: Starts, prompt: p, requires_approval: [start], command: [sh, -c, "echo s >s"]}
  - {id: asks, title: Asks, prompt: p, priority: 2, command: [sh, -c, "orchctl ask 'red or blue?'; exit 75"]}
END
sed -i 's/id: after-bad,/id: after-bad, diff: optional,/' "$work/tasks.yaml"
start_service
ctl 0 add "$work/tasks.yaml"
ctl 1 wait
ctl 0 --json inbox
kinds() { grep -o '"kind":"[a-z]*"' "$work/out" | sed 's/.*:"\(.*\)"/\1/' | grep -Evx 'added|changed|removed' | xargs; }
equal "kinds, by age" "start blocked found land question" "$(kinds)"
has "$work/out" '"answers":["orchctl approve starts","orchctl reject --why TEXT starts"]'
has "$work/out" '"found_by":"after-bad"'
has "$work/out" '"text":"red or blue?"'
ctl 0 inbox
has "$work/out" "orchctl answer asks TEXT"
has "$work/out" "orchctl retry bad"
has "$work/out" "  output     orchctl logs bad"
has "$work/out" "would land 1 file, +1 -0: ci/x"
has "$work/out" "it changes protected paths: ci/x"
ctl 0 list --blocked
equal "blocked" "bad" "$(sed 1d "$work/out" | awk '{ print $1 }' | xargs)"
ok "all that waits is in the inbox"

# By the commands that it names.
ctl 0 answer asks red
ctl 0 approve starts
ctl 0 reject --why no lands
equal "left" "blocked found" "$(ask --json inbox | tee "$work/out" >/dev/null; kinds)"
ctl 0 show lands
has "$work/out" "people       stepped in 1 time, needed 1 time"
ok "answers leave it"

# A time limit, and an end of the service before it is over.
stop_service
sed -i 's/verify: none,/verify: none, approval: {timeout: 1s},/' "$work/orch.yaml"
start_service
is_over() { ask --json list | grep -q '"state":"BLOCKED","title":"A new thing"'; }
wait_until 30 is_over || fail "the approval never ended: $(ask list)"
ctl 0 --json events --type approval.expired
has "$work/out" "not answered within 1s: an agent has found it"
ctl 0 --json inbox
! grep -q '"kind":"found"' "$work/out" || fail "what is refused still waits"
ok "no answer is a no"

# So is one to a question, and its agent hears of it.
cat >"$work/more.yaml" <<END
tasks:
  - {id: waits, title: Waits, prompt: p, command: [sh, -c, "orchctl ask --wait 600 'so?' 2>&1; echo status \$?; exit 1"]}
END
ctl 0 add "$work/more.yaml"
ctl 1 wait waits
ctl 0 logs waits
has "$work/out" "not answered within 1s: so?"
ctl 0 --json status
has "$work/out" '"human_interventions":3'

# What a person has asked for is no discovery: the agent hears the name of the original.
cat >"$work/more.yaml" <<'END'
tasks:
  - {id: again, title: Again, prompt: p, diff: optional, command: [sh, -c, "orchctl discover --prompt ' P' 'STARTS'"]}
END
ctl 0 add "$work/more.yaml"
ctl 0 wait again
ctl 0 logs again
has "$work/out" "starts: COMPLETE, known already"
stop_service
nothing_left
ok "a question that nobody answers"
