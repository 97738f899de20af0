#!/bin/sh
# What a verdict is about: a tree, the command, and the environment that the command
# gets. PASS holds wherever these are the same, whoever made the tree, also after a
# restart; it says nothing under another PATH, nor of another command that only reads
# alike. FAIL holds for one result of one task: the next attempt is verified anew, even
# when it leaves the same tree, for what was wrong may have been the machine.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
git clone -q --bare "$work/repository" "$work/up.git"
# What is in the PATH is what a sandbox sees of here.
mkdir "$work/outside" "$work/other"
plain_path=$PATH
start() {
	cat >"$work/orch.yaml" <<-YAML
	version: 1
	slots: 1
	state: $state
	runtime: $work/run/orch
	projects:
	  p: {upstream: $work/up.git, branch: main, verify: '$1', retries: {rework: 0}}
	YAML
	start_service
}
# tool FOLDER STATUS: the same command, of another opinion; to the agent it says yes.
tool() {
	printf '#!/bin/sh\ncase $ORCH_SLOT in v*) exit %s ;; esac\n' "$2" >"$work/$1/tool"
	chmod +x "$work/$1/tool"
}
# try STATUS ID COMMAND [KEYS]: adds a task and waits for it
try() {
	echo "tasks: [{id: $2, prompt: p, command: [sh, -c, \"$3\"]${4:+, $4}}]" >"$work/tasks.yaml"
	ctl 0 add "$work/tasks.yaml"
	ctl "$1" wait "$2"
}
gates() { find "$state/logs/$1" -name 'gate-*' | wc -l; }

PATH=$work/outside:$plain_path
tool outside 1
start tool
try 1 mended 'echo m >m'
tool outside 0
ctl 0 retry mended
ctl 0 wait mended
ok "what was red on a machine that is mended now is verified again"

try 0 one 'echo x >x'
try 0 undo 'rm x'
try 0 two 'echo x >x'
equal "gates of the first" 1 "$(gates one)"
equal "gates of the same tree once more" 0 "$(gates two)"
try 0 undo2 'rm x'
stop_service
start tool
try 0 three 'echo x >x'
equal "gates after a restart" 0 "$(gates three)"
try 0 undo3 'rm x'
stop_service
ok "a tree that passed is not verified again, whoever made it"

tool other 1
PATH=$work/other:$work/outside:$plain_path
start tool
try 1 path 'echo x >x'
stop_service
PATH=$work/outside:$plain_path
ok "what passed under another PATH is verified again"

start 'test -z "${ORCH_TASK:-}${ORCH_ATTEMPT:-}${ORCH_ITERATION:-}"'
try 0 whose 'echo w >w'
cat >"$work/tasks.yaml" <<'YAML'
tasks:
  - id: like
    prompt: p
    verify: "case $ORCH_SLOT in v*) test -e never ;; esac\nX=1"
    command: [sh, -c, "echo l >l"]
  - {id: undone, prompt: p, depends_on: [like], command: [sh, -c, "rm l"]}
  - id: alike
    prompt: p
    depends_on: [undone]
    verify: "case $ORCH_SLOT in v*) test -e never ;; esac"
    env: {X: "1"}
    command: [sh, -c, "echo l >l"]
YAML
ctl 0 add "$work/tasks.yaml"
ctl 1 wait
ctl 0 list
grep '^alike *BLOCKED' "$work/out" >/dev/null || fail "another command's verdict was used: $(cat "$work/out")"
stop_service
nothing_left
ok "a command and an environment are not taken for one another's"
