#!/bin/sh
# More scope, asked for by agents that run: who waits has it when the holder's task has
# landed, and nothing else may write there meanwhile; of two that ask for each other's
# the later one is refused at once and the first goes on; and after the wait's time the
# answer is that nothing was granted, and nobody is barred by it any more. Killed in between,
# it is asked for again.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
mkdir "$work/outside"
PATH=$work/outside:$PATH
limit_seconds=60
is() { ask show "$1" | grep -q "$2"; }
waits() { ask events --task "$1" | grep -q "waits to write more"; }
service_configuration
sed -i 's/slots: .*/slots: 3/' "$work/orch.yaml"
cat >"$work/tasks.yaml" <<END
tasks:
  - id: holder
    title: Holder
    prompt: p
    files: [shared/**]
    command: [sh, -c, 'mkdir shared; echo holder >shared/f; while [ ! -e $work/outside/go ]; do sleep 0.1; done']
  - id: asker
    title: Asker
    prompt: p
    files: [own]
    command: [sh, -c, 'while [ ! -e $work/outside/ask ]; do sleep 0.1; done; orchctl scope add shared/g; echo "at once: \$?"; orchctl scope add --wait 0 shared/g; echo "no time: \$?"; orchctl scope add --wait 60 shared/g; echo "in time: \$?"; echo a >own; mkdir -p shared; echo asker >shared/g']
END
start_service
ctl 0 add "$work/tasks.yaml"
wait_until 20 is holder RUNNING || fail "holder does not run"
wait_until 20 is asker RUNNING || fail "asker does not run"
: >"$work/outside/ask"
in_time() { grep -q "no time: 5" "$state/logs/asker/1.log" && waits asker; }
wait_until 20 in_time || fail "asker does not wait: $(cat "$state/logs/asker/1.log")"
wanted="waits for    more scope, which its agent asks for: task holder, which is RUNNING and has held the lease on shared/\*\* for "
is asker "$wanted" || { ask show asker; fail "show does not say what asker waits for"; }
ask list | grep '^asker .*RUNNING' | grep -q "waits for more scope, which its agent asks for: task holder" || {
	ask list; fail "list does not say what asker waits for"; }
# What came meanwhile and writes there does not start before.
say 'tasks: [{id: third, title: Third, prompt: p, files: [shared/g], command: [sh, -c, "echo third >>shared/g"]}]' >"$work/more.yaml"
ctl 0 add "$work/more.yaml"
: >"$work/outside/go"
ctl 0 wait
log=$state/logs/asker/1.log
has "$log" "at once: 1"
has "$log" "in time: 0"
equal "what was granted" "asker third" "$(git -C "$work/up.git" show main:shared/g | xargs)"
ask events --task asker >"$work/events"
has "$work/events" "may write now: shared/g"
stop_service
ok "it waits for the holder"

rm -f "$work/outside"/*
pair() {
	say "  - id: $1"
	say "    title: $1"
	say "    prompt: p"
	say "    files: [$1]"
	say "    command: [sh, -c, 'while [ ! -e $work/outside/$1 ]; do sleep 0.1; done; orchctl scope add --wait 60 $2/x; echo \"answer: \$?\"; echo $1 >$1']"
}
{ say "tasks:"; pair left right; pair right left; } >"$work/tasks.yaml"
start_service
ctl 0 add "$work/tasks.yaml"
wait_until 20 is left RUNNING || fail "left does not run"
wait_until 20 is right RUNNING || fail "right does not run"
: >"$work/outside/left"
wait_until 20 waits left || fail "left does not wait"
: >"$work/outside/right"
ctl 0 wait
has "$state/logs/right/1.log" "answer: 1"
has "$state/logs/left/1.log" "answer: 0"
stop_service
nothing_left
ok "no deadlock"

# Who waited in vain bars nobody any more, while its attempt and the holder's go on.
rm -f "$work/outside"/*
cat >"$work/tasks.yaml" <<END
tasks:
  - id: keeper
    title: Keeper
    prompt: p
    files: [part/k]
    command: [sh, -c, 'while [ ! -e $work/outside/go ]; do sleep 0.1; done; mkdir part; echo k >part/k']
  - id: vain
    title: Vain
    prompt: p
    files: [vain]
    command: [sh, -c, 'orchctl scope add --wait 3 part; echo "in vain: \$?"; echo v >vain; while [ ! -e $work/outside/go ]; do sleep 0.1; done']
END
say 'tasks: [{id: next, title: Next, prompt: p, files: [part/n], command: [sh, -c, "mkdir part; echo n >part/n"]}]' >"$work/more.yaml"
start_service
ctl 0 add "$work/tasks.yaml"
wait_until 20 is keeper RUNNING || fail "keeper does not run"
wait_until 20 waits vain || fail "vain does not wait"
ctl 0 add "$work/more.yaml"
wait_until 30 is next COMPLETE || { ask list; fail "who waited in vain still bars it"; }
is vain RUNNING || fail "vain has ended"
has "$state/logs/vain/1.log" "in vain: 5"
ask events --task vain >"$work/events"
has "$work/events" "may not write more: its agent waits no longer"
: >"$work/outside/go"
ctl 0 wait
stop_service
nothing_left
ok "who waits no longer bars nobody"
