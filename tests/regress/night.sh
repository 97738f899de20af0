#!/bin/sh
# A night: three projects (completion order, plan order, a gate), 400 tasks of scripted agents
# that fail, hang, crash, conflict, reach a usage limit or use up a budget, find tasks, ask, are
# asked for, are refused; one supervisor is killed, two end, a project is paused, then everything,
# and everything is halted. In the morning each task is COMPLETE or BLOCKED as its kind says, and
# the events hold every rule of scheduling (night_rules_lib.sh, which also shows that it sees
# what breaks one). NIGHT=N for so many tasks, SEED=N for others.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/night_lib.sh"
. "$(dirname "$0")/night_rules_lib.sh"
command -v sqlite3 >/dev/null || skip "sqlite3 is not installed"
count=${NIGHT:-400}
slots=4

for project in a b c; do
	new_repository "$work/$project"
	say "a line" >"$work/$project/line"
	git -C "$work/$project" add . && git -C "$work/$project" commit -qm "A line"
	git clone -q --bare "$work/$project" "$work/$project.git"
done
cat >"$work/orch.yaml" <<END
version: 1
slots: $slots
state: $state
runtime: $work/run/orch
projects:
  a:
    upstream: $work/a.git
    branch: main
    verify: none
    weight: 2
    autonomy: L3
    retries: {failed: 2, timeout: 1, rework: 50, delay: 1s}
    discovered: {most: 3}
  b:
    upstream: $work/b.git
    branch: main
    verify: none
    order: plan
    slots: 2
    retries: {failed: 2, timeout: 1, rework: 50, delay: 1s}
    discovered: {most: 3}
  c:
    upstream: $work/c.git
    branch: main
    verify: "! grep -rqs red own"
    verify_slots: 1
    retries: {failed: 2, timeout: 1, rework: 50, delay: 1s}
    discovered: {most: 3}
agents:
  plain: {command: [sh]}
  metered: {command: [sh], slots: 1, budget: {run: {runs: 8}}}
  paid:
    command: [sh]
    slots: 2
    classify: {rate_limited: "usage limit"}
    usage_limit: {reset: "resets at ([0-9]+)"}
END
make_tasks "$count" "${SEED:-1}"
start_service
ctl 0 add -f "$work/tasks.yaml"

complete() { ask --json status 2>/dev/null | grep -o '"state":"COMPLETE","tasks":[0-9]*' | sed -n '1s/.*://p' | grep . || say 0; }
has_complete() { [ "$(complete)" -ge "$1" ]; }
no_agents() { [ -z "$(pids_of_agents)" ]; }

# ---- the person of this night: answers what is asked, until told to go ----

person() {
	while [ ! -e "$work/morning" ]; do
		ask --json list --state AWAITING_APPROVAL 2>/dev/null | grep -o '"id":"[^"]*"' | cut -d'"' -f4 |
		    while read -r id; do
			case $(awk -v id="$id" '$1 == id { print $3 }' "$work/expected") in
			refused) ask reject --why "not tonight" "$id" ;;
			asks) ask answer "$id" blue ;;
			*) ask approve --why "as it should be" "$id" ;;
			esac || :
		done >>"$work/person.log" 2>&1
		# Its budget is used up.
		ask resume --why "go on" metered >>"$work/person.log" 2>&1 || :
		sleep 0.3
	done
}
person &
person=$!
undo() { : >"$work/morning"; kill $person 2>/dev/null || :; }

# ---- what happens to the service ----

# again COMMAND...: this ends it and it starts again; from when to when.
again() {
	begin=$(date +%s.%N)
	"$@"
	start_service
	say "$begin|$(date +%s.%N)" >>"$work/restarts"
}
kill_service() {
	kill -9 "$daemon"
	wait "$daemon" 2>/dev/null || :
}
wait_until 120 has_complete $((count / 5)) || fail "too little has landed: $(ask status)"
again kill_service
ok "killed and started again"
wait_until 120 has_complete $((count / 3)) || fail "no more has landed: $(ask status)"
ctl 0 pause -p a --why "a talk about a"
wait_until 120 has_complete $((count / 3 + count / 30)) || fail "the others do not go on: $(ask status)"
ctl 0 resume -p a --why "all is said"
ok "one project paused, the others went on"
runs_on() { ask --json list --state RUNNING | grep -q 'of kind halted'; }
wait_until 60 runs_on || fail "what is to be stopped by a halt does not run: $(ask status)"
ctl 0 halt --why "the fire alarm"
wait_until 20 no_agents || fail "agents go on: $(ask slots)"
ctl 0 status
has "$work/out" "the fire alarm"
again stop_service
ctl 0 status
has "$work/out" HALTED
ctl 0 resume --why "a false alarm"
ok "halted, still so after a restart, and resumed"
wait_until 120 has_complete $((count / 2)) || fail "no more has landed: $(ask status)"
ctl 0 pause --why "a look around"
wait_until 60 no_agents || fail "agents go on: $(ask slots)"
again stop_service
ctl 0 status
has "$work/out" PAUSED
ctl 0 resume --why "seen"
ok "paused, ended, still paused when it is started again, and resumed"

# ---- the morning ----

# A wait ends, too, when only the person is waited for.
all_ended() {
	timeout 300 orchctl --socket "$socket" wait >"$work/out" 2>&1 || [ $? = 1 ] || fail "$(cat "$work/out")"
	grep -q ' 0 waiting$' "$work/out"
}
wait_until 60 all_ended || { cat "$work/out"; fail "not everything has ended"; }
: >"$work/morning"
wait "$person" || :
ctl 0 --json list
tr '{' '\n' <"$work/out" | sed -n 's/.*"id":"\([^"]*\)".*"state":"\([A-Z_]*\)".*/\1 \2/p' | sort >"$work/states"
awk '{ print $1, $4 }' "$work/expected" | sort >"$work/wanted"
grep -v '^found-' "$work/states" >"$work/seen" || :
diff "$work/wanted" "$work/seen" >"$work/difference" || { cat "$work/difference"; for id in $(sed -n "s/^> \([^ ]*\).*/\1/p" "$work/difference"); do grep "^$id " "$work/expected"; ask show "$id" || :; done; fail "not as it should have ended"; }
grep '^found-' "$work/states" >"$work/found" || fail "nothing was found"
! grep -v ' COMPLETE$' "$work/found" || fail "what was found is not complete"
ok "$(wc -l <"$work/seen") tasks ended as they should, $(wc -l <"$work/found") were found"
ask --json events >"$work/events.json"
ask --json export >"$work/export.json"
stop_service
check_night
nothing_left
ok "the events hold every rule"
