#!/bin/sh
# With waves and plan order the numbers follow the waves of each batch: what came later has
# waves of its own. A supervisor that starts again knows what came together, so that all
# have the numbers that they had.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
sed -i 's/verify: none/verify: none, order: plan, waves: yes/' "$work/orch.yaml"
numbers() { ask --json tickets | grep -o '"ticket": *[0-9]*, *"task": *"[a-z]*"' | tr -dc '0-9a-z\n' | sed 's/ticket//; s/task/ /' | xargs; }
# add ID [DEPENDENCY]...: a line of a tasks file.
task() {
	id=$1
	shift
	say "  - {id: $id, title: $id, prompt: p, files: [$id], depends_on: [$(say "$*" | tr ' ' ,)], command: [sh, -c, 'echo $id >$id']}"
}

start_service
ctl 0 pause --why "not yet"
# Those of one file come together: b, which waits for what stands behind it, is in the second wave.
{ say "tasks:"; task b a; task a; task c b; task d; } >"$work/first.yaml"
{ say "tasks:"; task e; task f e; task g; } >"$work/second.yaml"
ctl 0 add "$work/first.yaml"
ctl 0 add "$work/second.yaml"
before=$(numbers)
equal "numbers by the waves of each batch" "1 a 2 d 3 b 4 c 5 e 6 g 7 f" "$before"
for round in 1 2; do
	stop_service
	start_service
	equal "numbers after start $round" "$before" "$(numbers)"
done
ok "the same numbers after a restart"
say "tasks: [{id: h, title: h, prompt: p, files: [h], command: [sh, -c, 'echo h >h']}]" >"$work/third.yaml"
ctl 0 add "$work/third.yaml"
stop_service
start_service
equal "numbers with one more" "$before 8 h" "$(numbers)"
ctl 0 resume --why "now"
limit_seconds=60 ctl 0 wait
equal "landed" "a d b c e g f h" "$(git -C "$work/up.git" log --reverse --format=%s main | sed 1d | xargs)"
stop_service
nothing_left
ok "and they land in that order"
