#!/bin/sh
# ignore_case: where a project says so, scopes that differ in the case of letters only
# overlap, a result is held to its scope and to what is protected by the same rule, and
# without it both run side by side.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
mkdir "$work/outside"
PATH=$work/outside:$PATH
limit_seconds=60
is() { ask show "$1" | grep -q "$2"; }
service_configuration
sed -i 's/slots: .*/slots: 3/; s/verify: none}/verify: none, ignore_case: yes, protect: [CI, "!ci\/docs"]}/' "$work/orch.yaml"
task() {
	say "  - {id: $1, title: $1, prompt: p, files: [$2], command: [sh, -c, '$3']}"
}
wait_for="while [ ! -e $work/outside/go ]; do sleep 0.1; done"
{ say "tasks:"; task holder "\"Src/**\", \"!src/GEN\"" "$wait_for; mkdir src; echo h >src/h"
  task other "\"sRC/[H]*\"" "echo o >src/o"
  task beside "src/gen" "mkdir -p Src/Gen; echo g >Src/Gen/g"; } >"$work/tasks.yaml"
start_service
ctl 0 add "$work/tasks.yaml"
wait_until 20 is holder RUNNING || fail "holder does not run"
ctl 0 wait beside
is other PENDING || fail "other runs though holder holds its lease"
ctl 0 show other
has "$work/out" "Src/**"
: >"$work/outside/go"
ctl 1 wait
is other AWAITING_APPROVAL || fail "other has written outside its scope and landed"
ctl 0 inbox
has "$work/out" "it changes what is outside its scope: src/o"
ctl 0 reject other
equal "what landed" "Src/Gen/g src/h" \
    "$(git -C "$work/up.git" ls-tree -r --name-only main | grep -v first.txt | LC_ALL=C sort | xargs)"
ok "leases and results"

{ say "tasks:"; task asks "ci" "mkdir -p ci; echo c >ci/run"
  task goes "ci" "mkdir -p ci/Docs; echo d >ci/Docs/d"; } >"$work/tasks.yaml"
ctl 0 add "$work/tasks.yaml"
wait_until 20 is asks AWAITING_APPROVAL || fail "what is protected lands without a word"
ctl 0 approve asks
ctl 0 wait asks goes
stop_service
ok "what is protected"

sed -i 's/ignore_case: yes, //' "$work/orch.yaml"
rm "$work/outside/go"
{ say "tasks:"; task first "Lib/**" "$wait_for; mkdir -p Lib; echo f >Lib/f"
  task second "lib/**" "mkdir -p lib; echo s >lib/s"
  task third "lib2/**" "mkdir -p Lib2; echo t >Lib2/t"; } >"$work/tasks.yaml"
start_service
ctl 0 add "$work/tasks.yaml"
ctl 0 wait second
is first RUNNING || fail "first does not run"
: >"$work/outside/go"
ctl 1 wait first second third
ctl 0 inbox
has "$work/out" "it changes what is outside its scope: Lib2/t"
stop_service
nothing_left
ok "told apart"
