#!/bin/sh
# In plan order a task that was blocked, and passed over, is tried again while much of the
# plan has not started: it and what depends on it come before that again, in the line as
# well, and the line goes on. So do tasks that had no tickets because the order was another.
. "$(dirname "$0")/lib.sh"
command -v sqlite3 >/dev/null || skip "sqlite3 is not installed"

new_repository "$work/repository"
# What is in the PATH is what agents see of here.
mkdir "$work/outside"
PATH=$work/outside:$PATH
limit_seconds=60
is() { ask show "$1" | grep -q "$2"; }
boot() {
	sed -i "s/verify: none.*/verify: none, order: $1}/" "$work/orch.yaml"
	start_service
}
landed() { equal "landed" "$1" "$(git -C "$work/up.git" log --reverse --format=%s main | sed 1d | xargs)"; }
service_configuration
{
	say "tasks:"
	say "  - {id: a, title: A, prompt: p, files: [a], command: [sh, -c, '[ -e $work/outside/ok ] || exit 77; echo a >a']}"
	say "  - {id: after, title: After, prompt: p, files: [after], depends_on: [a], command: [sh, -c, 'cat a >after']}"
	for i in b c d e f; do
		# All of them write what a does.
		say "  - {id: $i, title: $i, prompt: p, files: [a, $i], command: [sh, -c, 'while [ ! -e $work/outside/go ]; do sleep 0.1; done; echo $i >$i']}"
	done
} >"$work/tasks.yaml"

boot plan
ctl 0 add "$work/tasks.yaml"
wait_until 20 is a BLOCKED || fail "it is not blocked"
wait_until 20 is b RUNNING || fail "nothing starts behind it"
# As a list says it, and as the database does for who finds no supervisor.
numbers() {
	ask --json tickets | grep -o '"ticket": *[0-9]*, *"task": *"[a-z]*"' | tr -dc '0-9a-z\n' | sed 's/ticket//; s/task/ /' | xargs
}
kept() { equal "the numbers $1" "$dealt" "$(numbers)"; }
first=$(numbers)
: >"$work/outside/ok"
ctl 0 retry a
dealt=$(numbers)
equal "the numbers in the order of the plan" "a after b c d e f" "$(say "$dealt" | tr -d 0-9 | xargs)"
[ "$first" != "$dealt" ] || fail "nobody has another number"
# None of them was told to anybody: what a supervisor that is killed knew, the next one knows.
kill -9 "$daemon"
wait "$daemon" 2>/dev/null || :
start_service
kept "after a supervisor was killed"
stop_service
equal "the numbers in the database" "$dealt" "$(sqlite3 -readonly -separator ' ' "$state/orch.db" \
    "SELECT l.number, t.id FROM tickets l JOIN tasks t ON t.position = l.task AND t.ticket = l.number WHERE l.state = 'drawn' ORDER BY 1" | xargs)"
start_service
kept "after it has ended"
: >"$work/outside/go"
ctl 0 wait
landed "A After b c d e f"
stop_service
ok "the plan goes on from the first of it, and with the same numbers after a restart"

git -C "$work/up.git" update-ref refs/heads/main "$(git -C "$work/up.git" rev-list --max-parents=0 main)"
rm -rf "$state" "$work/outside"/*
: >"$work/outside/ok"
boot completion
ctl 0 add "$work/tasks.yaml"
ctl 0 wait after
wait_until 20 is b RUNNING || fail "it does not start"
stop_service
say 'tasks: [{id: g, title: g, prompt: p, files: [g], command: [sh, -c, "echo g >g"]}]' >"$work/more.yaml"
boot plan
ctl 0 add "$work/more.yaml"
: >"$work/outside/go"
ctl 0 wait
landed "A After b c d e f g"
stop_service
nothing_left
ok "and of another order"
