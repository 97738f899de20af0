#!/bin/sh
# With 'sandbox: none', and not without it, agents run with no sandbox: what they make lands
# as always, nothing that they start outlives them, their HOME, environment and limits are
# their own, and the status, the attempt and the landed commit say so. A forged word of it
# in an agent's own commit is none of ours.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
say ignored >"$work/repository/.gitignore"
in_repository add .gitignore
in_repository commit -q -m Ignore
cat >"$work/none.yaml" <<'END'
projects:
  run: {sandbox: none, verify: "test -e first.txt", limits: {open_files: 300}, retries: {failed: 0}}
END
# Its processes are found by this argument.
mark=mark-${work##*/}
cat >"$work/agent.sh" <<END
set -e
readlink /proc/self/ns/pid /proc/self/ns/user /proc/self/ns/mnt >namespaces
ulimit -n >limit
grep NoNewPrivs /proc/self/status | tr -dc 0-9 >privileges
env | sed 's/=.*//' | sort >names
printf '%s\n' "\$HOME" >home
[ "\$(cat "\$ORCH_PROMPT_FILE")" = hello ]
cat >input
touch "\$HOME/kept" "\$TMPDIR/gone"
mkdir folder; echo x >folder/file; echo x >ignored
rm first.txt; echo new >first.txt
# Twice away from its parent, in a session of its own, deaf to what may be ignored.
for word in one two three; do
	(trap '' TERM HUP INT; setsid sh -c "trap '' TERM HUP INT; while :; do sleep 1; done" $mark \$word &)
done
git log -1 --format=%s >subject
END
cat >"$work/tasks.yaml" <<END
tasks:
  - {id: plain, title: Plain, prompt: hello, command: [sh, "$work/agent.sh"]}
  - {id: commits, title: Commits, prompt: p, depends_on: [plain], command: [sh, -c,
      "echo c >committed; git add committed; git commit -qm 'Own words' -m 'Orch-Sandbox: bubblewrap'"]}
  - {id: stubborn, title: Stubborn, prompt: p, depends_on: [commits], timeout: 2s, command: [sh, -c,
      "trap '' TERM; echo left >left; (setsid sh -c 'while :; do sleep 1; done' $mark four &) ; while :; do sleep 1; done"]}
  - {id: absent, title: Absent, prompt: p, depends_on: [commits], command: [no-such-program]}
END
orch 1 -c "$work/none.yaml" -j 1 --json "$work/tasks.yaml"
shown() { in_repository show "main:$1"; }
equal "input" hello "$(shown input)"
equal "subject" Ignore "$(shown subject)"
equal "limit" 300 "$(shown limit)"
equal "no new privileges" 1 "$(shown privileges)"
equal "namespaces" "$(readlink /proc/self/ns/pid /proc/self/ns/user /proc/self/ns/mnt)" "$(shown namespaces)"
equal "ignored" "" "$(in_repository ls-tree --name-only main ignored)"
case $(shown home) in "$state"/*) ;; *) fail "HOME is $(shown home)" ;; esac
shown names | grep -qx ORCH_TASK || fail "no ORCH_TASK"
! shown names | grep -qx XDG_STATE_HOME || fail "the environment of the run reached the agent"
ok "a task without a sandbox lands, with HOME, limits and environment of its own"

equal "processes of agents" "" "$(grep -lsaF "$mark" /proc/[0-9]*/cmdline 2>/dev/null || :)"
ok "nothing that it started has outlived it"

message() { in_repository log -1 --format=%B --grep="^Orch-Task: $1\$" main | grep .; }
equal "the last trailers" "Orch-Line Orch-Sandbox" "$(message plain | tail -n 2 | sed 's/:.*//' | paste -sd ' ')"
equal "the last one" "Orch-Sandbox: none" "$(message plain | tail -n 1)"
equal "subject of its own" "Own words" "$(message commits | head -n 1)"
equal "words on the sandbox" "Orch-Sandbox: none" "$(message commits | grep Sandbox)"
ok "the landed commit says so, last"

grep '"task.blocked"' "$work/out" >"$work/blocked"
has "$work/blocked" "'no-such-program' not found"
has "$work/blocked" "time limit"
ok "a program that is not there, and one that does not end, are told apart"
nothing_left

# A service: what it shows, and the next one, which has another configuration.
new_repository "$work/up"
git clone -q --bare "$work/up" "$work/up.git"
write_service() {
	cat >"$work/orch.yaml" <<-END
	state: $work/state-service
	runtime: $work/run/orch
	projects:
	  p: {upstream: $work/up.git, branch: main, verify: none$1}
	END
}
write_service ", sandbox: none"
start_service
ctl 0 add --id shown --prompt p -- sh -c 'echo shown >shown'
ctl 0 wait shown
ctl 0 status
has "$work/out" "none: agents have all rights"
ctl 0 show shown
has "$work/out" "none, for attempt 1"
ctl 0 --json show shown
grep -Eq '"sandbox": *"none"' "$work/out" || fail "not in the JSON"
ctl 0 doctor --state "$work/state-service"
has "$work/out" "none, as the project's configuration says"
ok "status, show and doctor say so"

# Its worker is killed, and nobody is left who would see to the agent but its keeper.
cat >"$work/killed.sh" <<END
[ ! -e "$work/began" ] || { echo killed >killed; exit 0; }
(trap '' TERM; setsid sh -c 'echo \$\$ >$work/began; while :; do sleep 1; done' &)
while :; do sleep 1; done
END
ctl 0 add --id killed --prompt p -- sh "$work/killed.sh"
wait_until 30 test -s "$work/began" || fail "the agent has not begun"
# The keeper has its words, and another name.
for pid in $(pids_of 'orch-worker -s 0 '); do
	[ "$(cat "/proc/$pid/comm")" != orch-worker ] || kill -9 "$pid"
done
gone() { ! kill -0 "$(cat "$work/began")" 2>/dev/null; }
wait_until 20 gone || fail "process $(cat "$work/began") is left"
ctl 0 wait killed
equal "tried again" 2 "$(ask --json show killed | tr '{' '\n' | grep -c '"outcome"')"
ok "a worker that is killed takes its agent with it"

kill -9 "$daemon"
wait "$daemon" 2>/dev/null || :
write_service ""
start_service
ctl 0 add --id within --prompt p -- sh -c 'pwd >within'
ctl 0 wait within
equal "where it ran" /workspace "$(git -C "$work/up.git" show main:within)"
equal "commits that say so" 2 "$(git -C "$work/up.git" log --format=%B main | grep -c Orch-Sandbox)"
ctl 0 status
has "$work/out" bubblewrap
stop_service
nothing_left
ok "with a sandbox again, nothing says so, and no worker of before serves it"

# What cannot be kept is refused, all of it at once.
cat >"$work/off.yaml" <<'END'
projects:
  run: {sandbox: none, verify: none, network: off, workspace: overlay}
END
state=$work/state-off
orch 2 -c "$work/off.yaml" "$work/tasks.yaml"
has "$work/err" "cannot be kept with sandbox: none"
has "$work/err" "workspace: overlay needs mounts"
ok "what a sandbox alone can keep is refused"
