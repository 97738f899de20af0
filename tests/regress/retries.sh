#!/bin/sh
# How often a task is tried again is said by what it failed of, and each kind is counted for
# itself; the waits double, have a bound, and are the same for the same attempt; when none is
# left the task is an escalation. A restart forgets no count, a person's retry begins anew.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
sed -i 's/verify: none}/verify: none, limits: {idle: 3s}, retries: {failed: 3, idle: 1, delay: 200ms, delay_most: 300ms, jitter: 50}}/' "$work/orch.yaml"
start_service

# Failed, silent, failed, silent: the second silence is one too many, two failures are not.
ctl 0 add --id mixed -- sh -c 'case $ORCH_ATTEMPT in 1|3) exit 1;; *) exec sleep 60;; esac'
wait_until 60 sh -c "[ -e '$state/logs/mixed/2.log' ]" || fail "no second attempt"
kill -9 "$daemon"
wait "$daemon" || :
start_service
ctl 1 wait mixed
ctl 0 show mixed --json
has "$work/out" '"reason":"idle: '
equal "attempts" 4 "$(ls "$state/logs/mixed" | grep -c '^[0-9]*\.log$')"
ctl 0 events
has "$work/out" "mixed: a person has to see to it: idle: "
has "$work/out" "retries.idle is 1, and this was number 2"
ok "each kind for itself, over a kill"

ctl 0 retry mixed
ctl 1 wait mixed
equal "attempts" 6 "$(ls "$state/logs/mixed" | grep -c '^[0-9]*\.log$')"
ok "a person's retry begins anew"

ctl 0 add --id bad -- sh -c 'exit 3'
ctl 1 wait bad
equal "attempts" 4 "$(ls "$state/logs/bad" | grep -c '^[0-9]*\.log$')"
ctl 0 events --json
has "$work/out" "retries.failed is 3, and this was number 4"
# From the end of one to the start of the next: 200 ms, half of it less at least.
grep '"task":"bad"' "$work/out" | awk -F'"time":' '
    { sub(/[,}].*/, "", $2) }
    /"task.retry"/ { ended = $2 }
    /"task.start"/ && ended { if ($2 - ended < 0.1) exit 1; n++ }
    END { exit n != 3 }' || { cat "$work/out"; fail "it did not wait"; }
ok "waits between them"

# What cannot get better is not tried again, unless that is wanted.
stop_service
{
	cat "$work/orch.yaml"
	say "agents:"
	say "  out: {command: [sh, -c, \"echo not logged in; exit 1\"], classify: {auth: not logged in}}"
} >"$work/next.yaml"
mv "$work/next.yaml" "$work/orch.yaml"
start_service
ctl 0 add --id once --agent out --prompt p
ctl 1 wait once
ctl 0 show once
has "$work/out" "auth: "
equal "attempts" 1 "$(ls "$state/logs/once" | grep -c '^[0-9]*\.log$')"
stop_service
sed -i 's/idle: 1, delay/idle: 1, auth: 2, delay/' "$work/orch.yaml"
start_service
ctl 0 add --id more --agent out --prompt p
ctl 1 wait more
equal "attempts" 3 "$(ls "$state/logs/more" | grep -c '^[0-9]*\.log$')"
stop_service
ok "a number for what is hopeless"

sed 's/delay: 200ms/delay: soon/' "$work/orch.yaml" >"$work/bad.yaml"
expect 2 orchd -n -c "$work/bad.yaml"
has "$work/err" "retries.delay"
nothing_left
