#!/bin/sh
# What tasks took is learned for each agent in each project: a task that says no estimate
# has the median of its likes, and the longest path comes first by it, also after a restart.
# What a task says itself counts more; what failed teaches nothing.
. "$(dirname "$0")/lib.sh"

command -v sqlite3 >/dev/null || skip "sqlite3 is not here to make attempts of before longer"
new_repository "$work/repository"
service_configuration
sed -i '1a agents: {fast: {command: ["true"]}, slow: {command: ["true"]}, broken: {command: ["false"]}}' "$work/orch.yaml"
sed -i 's/verify: none}/verify: none, retries: {failed: 0}}/' "$work/orch.yaml"
start_service
{
	say "tasks:"
	for agent in slow fast broken; do
		for i in 1 2 3; do say "  - {id: $agent-$i, title: T, prompt: p, diff: optional, agent: $agent}"; done
	done
} >"$work/tasks.yaml"
ctl 0 pause
ctl 0 add "$work/tasks.yaml"
ctl 0 show slow-1
has "$work/out" "estimate     60 s (fewer than 3 like it have ended well)"
# Held back: what waits learns, too.
say 'tasks: [{id: waits, title: T, prompt: p, diff: optional, agent: fast, depends_on: [broken-1]}]' >"$work/more.yaml"
ctl 0 add "$work/more.yaml"
ctl 0 resume
ctl 1 wait
ctl 0 --json show waits
has "$work/out" '"estimate":1,"estimate_from":"median of the last 3 attempts of agent fast in project p"'
cat >"$work/more.yaml" <<'END'
tasks:
  - {id: said, title: T, prompt: p, diff: optional, agent: fast, estimate: 5m}
  - {id: failing, title: T, prompt: p, diff: optional, agent: broken}
  - {id: command, title: T, prompt: p, diff: optional, command: ["true"]}
END
ctl 0 pause
ctl 0 add "$work/more.yaml"
ctl 0 show said
has "$work/out" "estimate     300 s (as the task says)"
ctl 0 show failing
has "$work/out" "estimate     60 s (fewer than 3"
ctl 0 show command
has "$work/out" "estimate     60 s (fewer than 3"
ctl 0 cancel said failing command waits
ok "learned from attempts that ended well, told with the task"

# Of the slow ones one was out of all bounds, which changes nothing.
stop_service
sqlite3 "$state/orch.db" "UPDATE attempts SET started = ended - 600 WHERE task IN (1, 2);
    UPDATE attempts SET started = ended - 1000000 WHERE task = 3"
start_service
cat >"$work/more.yaml" <<'END'
tasks:
  - {id: f, title: T, prompt: p, diff: optional, agent: fast}
  - {id: default, title: T, prompt: p, diff: optional, command: ["true"]}
  - {id: s, title: T, prompt: p, diff: optional, agent: slow}
  - {id: f-first, title: T, prompt: p, diff: optional, agent: fast}
  - {id: s-then, title: T, prompt: p, diff: optional, agent: slow, depends_on: [f-first]}
END
ctl 0 add "$work/more.yaml"
ctl 0 show s
has "$work/out" "estimate     600 s (median of the last 3 attempts of agent slow in project p)"
# In memory of before, too: nothing has started yet.
stop_service
start_service
ctl 0 show s
has "$work/out" "estimate     600 s (median"
ctl 0 resume
ctl 1 wait
equal "order of the starts" "f-first s s-then default f" "$(sqlite3 -readonly "$state/orch.db" \
    "SELECT task FROM events WHERE event = 'task.start' ORDER BY id DESC LIMIT 5" | tac | xargs)"
stop_service
nothing_left
ok "longest paths follow, also after a restart"
