#!/bin/sh
# An agent waits for the answer to a question while the supervisor is killed: the next one is
# asked again, a person answers there, and the agent that has waited all the time goes on:
# silence that is a person's does not end it, though limits.idle is shorter than that. Who asks
# the same beside it has the answer too, and so has the attempt that follows when this one fails.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
sed -i 's/verify: none/verify: none, limits: {idle: 1s}/' "$work/orch.yaml"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: one
    command: [sh]
    prompt: |
      orchctl ask --wait 10m 'Which colour?' >other &
      orchctl ask --wait 10m 'Which colour?' >colour || exit 77
      wait
      cmp other colour || exit 77
      [ "$ORCH_ATTEMPT" = 1 ] && { echo words; exit 1; }
      grep -q 'answer of .*: blue' "$ORCH_FEEDBACK_FILE" || exit 77
END
start_service
ctl 0 add -f "$work/tasks.yaml"
asks() { ask show one | grep -q '^ .*Which colour'; }
wait_until 20 asks || fail "it does not ask: $(ask show one)"
ask show one | grep -qx 'waits for    an answer to its agent: orchctl answer one TEXT' || {
	ask show one; fail "show does not say that it waits for an answer"; }
ask list | grep '^one .*RUNNING' | grep -qF 'waits for an answer to its agent: orchctl answer one TEXT' || {
	ask list; fail "list does not say that it waits for an answer"; }
kill -9 "$daemon"
wait "$daemon" 2>/dev/null || :
children=
start_service
runs() { ask --json list | grep -q '"state":"RUNNING"'; }
wait_until 20 runs || fail "it is not adopted: $(ask list)"
later() { [ "$(date +%s)" -ge "$until" ]; }
until=$(($(date +%s) + 3))
wait_until 10 later
ctl 2 answer other blue
ctl 2 answer --question 'What?' one blue
ctl 2 approve one
ctl 0 answer one blue
ctl 0 wait
equal "landed" blue "$(git -C "$work/up.git" show main:colour)"
ctl 0 --json show one
has "$work/out" '"attempts":2'
has "$work/out" '"answer":"blue"'
equal "asked once" 1 "$(ask --json events | grep -c '"task.question"')"
ctl 2 answer one green
stop_service
nothing_left
ok "an agent that waits is answered by the next supervisor"
