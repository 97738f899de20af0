#!/bin/sh
# Patterns that take out (!PATTERN): two tasks of which one leaves out what the other
# writes run at the same time, while a third that meets one of them waits, and says for
# what; a result within what is taken out is refused; an agent may ask for it, and cannot
# take anything out itself; a list that begins so is refused where it stands.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
mkdir "$work/outside"
PATH=$work/outside:$PATH
limit_seconds=60
is() { ask show "$1" | grep -q "$2"; }
service_configuration
sed -i 's/slots: .*/slots: 3/; s/verify: none}/verify: none, autonomy: L3, retries: {failed: 0}}/' "$work/orch.yaml"
cat >"$work/tasks.yaml" <<END
tasks:
  - id: sources
    title: Sources
    prompt: p
    files: [src/**, "!src/gen/**", src/gen/keep]
    command: [sh, -c, 'while [ ! -e $work/outside/sources ]; do sleep 0.1; done; mkdir -p src/gen; echo s >src/s; echo s >src/gen/keep']
  - id: generated
    title: Generated
    prompt: p
    files: [src/gen/**, "!src/gen/keep"]
    command: [sh, -c, 'while [ ! -e $work/outside/generated ]; do sleep 0.1; done; mkdir -p src/gen; echo g >src/gen/g']
  - id: third
    title: Third
    prompt: p
    files: [lib, src/gen/keep/deep]
    command: [sh, -c, 'echo t >lib']
END
start_service
ctl 0 add "$work/tasks.yaml"
wait_until 20 is sources RUNNING || fail "sources does not run"
wait_until 20 is generated RUNNING || fail "generated does not run beside it"
is third PENDING || fail "third runs though sources holds a lease"
ctl 0 show third
has "$work/out" "task sources, which is RUNNING and has held the lease on src/gen/keep for"
ctl 0 locks
has "$work/out" "!src/gen/**"
: >"$work/outside/sources"
: >"$work/outside/generated"
ctl 0 wait
equal "what landed" "lib src/gen/g src/gen/keep src/s" \
    "$(git -C "$work/up.git" ls-tree -r --name-only main | grep -v first.txt | xargs)"
ok "side by side"

cat >"$work/tasks.yaml" <<END
tasks:
  - id: strays
    title: Strays
    prompt: p
    files: [src/**, "!src/gen/**"]
    command: [sh, -c, 'echo s >src/other; echo s >src/gen/x']
  - id: asks
    title: Asks
    prompt: p
    files: [src/a, src/gen/**, "!src/gen/**"]
    depends_on: [asked-first]
    command: [sh, -c, 'orchctl scope add "!src/a"; echo "taken out: \$?"; orchctl scope add "src/gen/**"; echo "again: \$?"; echo s >src/gen/x']
  - id: asked-first
    title: First
    prompt: p
    files: [docs]
    command: [sh, -c, 'echo d >docs']
END
ctl 0 add "$work/tasks.yaml"
ctl 1 wait
ctl 0 show strays
has "$work/out" "outside its scope: src/gen/x"
is strays BLOCKED || fail "strays has landed"
is asks COMPLETE || fail "asks has not landed"
has "$state/logs/asks/1.log" "taken out: 2"
has "$state/logs/asks/1.log" "more scope is asked for, and nothing is taken out"
has "$state/logs/asks/1.log" "again: 0"
stop_service
ok "held to it"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: none
    prompt: p
    files: ["!src", "!lib"]
  - id: first
    prompt: p
    files: ["!src", lib]
END
expect 2 orchctl plan "$work/tasks.yaml"
has "$work/err" "tasks.yaml:4:13: task 'none': files: begins with what is taken out"
has "$work/err" "tasks.yaml:7:13: task 'first': files: begins with what is taken out"
equal "problems" 2 "$(grep -c begins "$work/err")"
nothing_left
ok "refused where it stands"
