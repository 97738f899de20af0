#!/bin/sh
# Slots are shared by weight: of two projects with work for ever, the one of weight 3 gets
# three times as much of one slot; a project with slots: 1 never runs two at once, nor does an
# agent with slots: 1, whatever the projects.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/projects_lib.sh"

configuration 1 'agents:' '  robot: {command: [sh, -c, "sleep 0.1"], prompt: stdin, slots: 1}'
project heavy "weight: 3"
project light
start_service
# All of them before the first one starts, so that both always have something to start.
ctl 0 pause
{
	say "tasks:"
	for i in $(seq 12); do
		for name in heavy light; do
			say "  - {id: $name-$i, title: T, prompt: p, project: $name, diff: optional, command: ['true']}"
		done
	done
} >"$work/tasks.yaml"
ctl 0 add "$work/tasks.yaml"
ctl 0 resume
ctl 0 wait
# Estimates are alike, so the order does not depend on time.
first=$(ask --json events --type task.start | head -n 12 | grep -c '"task":"heavy-')
[ "$first" -ge 8 ] && [ "$first" -le 10 ] || fail "of the first 12 starts, heavy had $first"
[ "$(ask --json events --type task.start | head -n 4 | grep -c '"task":"light-')" -ge 1 ] || fail "light waited too long"
ok "shares by weight, and nobody starves"
stop_service

state=$work/state2
configuration 4 'agents:' '  robot: {command: [sh, -c, "sleep 0.1"], prompt: stdin, slots: 1}'
say "  narrow: {upstream: $work/heavy.git, branch: main, verify: none, slots: 1}" >>"$work/orch.yaml"
say "  wide: {upstream: $work/light.git, branch: main, verify: none}" >>"$work/orch.yaml"
start_service
{
	say "tasks:"
	for i in $(seq 4); do
		say "  - {id: n-$i, title: T, prompt: p, project: narrow, diff: optional, command: [sleep, '0.1']}"
		say "  - {id: r-$i, title: T, prompt: p, project: wide, diff: optional, agent: robot}"
		say "  - {id: w-$i, title: T, prompt: p, project: wide, diff: optional, command: [sleep, '0.2']}"
	done
} >"$work/tasks.yaml"
ctl 0 add "$work/tasks.yaml"
ctl 0 wait
ask --json events >"$work/events"
# most PREFIX: how many of these tasks ran at once.
most() {
	sed -n "s/.*\"event\":\"task\.\(start\|complete\)\".*\"task\":\"$1-.*/\1/p" "$work/events" |
	    awk '/start/ { n++; if (n > most) most = n } /complete/ { n-- } END { print most }'
}
equal "of narrow at once" 1 "$(most n)"
equal "of robot at once" 1 "$(most r)"
[ "$(most w)" -gt 1 ] || fail "wide has slots for several, and ran $(most w)"
stop_service
nothing_left
ok "no more at once than a project's and an agent's slots"
