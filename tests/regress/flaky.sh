#!/bin/sh
# retries.flaky: a tree whose verify command was red is verified once more, not oftener.
# Green then, it lands, and that is told by an event and counted by status, also after a
# restart; what is known of the tree is used again. Red twice is FAIL, and without
# retries.flaky once is.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
git clone -q --bare "$work/repository" "$work/up.git"
# What is in the PATH is what a sandbox sees of here. A gate waits for its turn: for the
# next number, which has the exit status behind it.
mkdir "$work/outside"
PATH=$work/outside:$PATH
cat >"$work/outside/prove" <<END
#!/bin/sh
case \$ORCH_SLOT in v*) ;; *) exit 0 ;; esac
read was status <$work/outside/turn
echo "waiting at \$was"
now=\$was
while [ "\$now" = "\$was" ]; do
	sleep 0.05
	read now status <$work/outside/turn
done
exit \$status
END
chmod +x "$work/outside/prove"
turn=0
say "0 0" >"$work/outside/turn"
waits() { grep -qsx "waiting at $turn" "$state/logs/$1"/gate-*; }
# gate TASK STATUS: the gate that runs now ends so
gate() {
	wait_until 20 waits "$1" || fail "no gate for $1"
	turn=$((turn + 1))
	say "$turn $2" >"$work/outside/next"
	mv "$work/outside/next" "$work/outside/turn"
}

# start TIMES
start() {
	cat >"$work/orch.yaml" <<END
version: 1
slots: 1
state: $state
runtime: $work/run/orch
projects:
  p: {upstream: $work/up.git, branch: main, verify: prove, retries: {rework: 0, flaky: $1}}
END
	start_service
}
# add ID COMMAND
add() {
	echo "tasks: [{id: $1, prompt: p, command: [sh, -c, \"$2\"]}]" >"$work/tasks.yaml"
	ctl 0 add "$work/tasks.yaml"
}
ends() { ctl "$2" wait "$1"; }
# counted NUMBER: by both printers of status, and as events
counted() {
	ctl 0 status
	grep -Eq "^flaky trees +$1\$" "$work/out" || fail "status: $(cat "$work/out")"
	ctl 0 --json status
	has "$work/out" "\"flaky\":$1"
	ctl 0 --json events
	equal "events" "$1" "$(grep -c '"gate.flaky"' "$work/out")"
}

start 1
add once 'echo x >x'
gate once 1
gate once 0
ends once 0
counted 1
grep '"gate.flaky"' "$work/out" >"$work/event"
has "$work/event" '"task":"once"'
has "$work/event" 'failed, then passed on the same tree'
equal "what landed" "Orch-Verdict: PASS" "$(git -C "$work/up.git" log -1 --format=%B main | grep Orch-Verdict)"
ok "red, then green: it lands and is told"

stop_service
start 1
add undo 'rm x'
gate undo 0
ends undo 0
add again 'echo x >x'
ends again 0
[ -z "$(find "$state/logs/again" -name 'gate-*')" ] || fail "the same tree is verified again"
counted 1
ok "what is known of the tree holds after a restart"

add twice 'echo y >y'
gate twice 1
gate twice 1
ends twice 1
ctl 0 show twice
has "$work/out" "gate FAIL on the tree that would land: the verify command is red (exit status 1)"
counted 1
stop_service
ok "red twice is red"

start 0
add first 'echo z >z'
gate first 1
ends first 1
stop_service
nothing_left
ok "without it red is red at once"
