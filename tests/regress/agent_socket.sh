#!/bin/sh
# An agent and its socket: it says where it is, registers a task (the same one twice is one),
# is granted more scope, asks a person and gives up its slot, and goes on with the answer;
# another says that it is blocked, though it ends well. All that with orchctl in the sandbox.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/orch.yaml" <<'END'
projects:
  p: {verify: none, agent: a}
agents:
  a: {command: [sh]}
END
cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: one
    files: [one/**]
    prompt: |
      mkdir -p one two
      orchctl progress 'half way' || exit 1
      echo "found: $(orchctl discover --files 'x/**' --prompt 'do it' 'Another task')"
      echo "again: $(orchctl discover --files 'x/**' --prompt 'Do  it' 'another TASK')"
      echo "wider: $(orchctl scope add 'two/**')"
      orchctl scope add $(for i in $(seq 200); do printf 'w%0700d ' $i; done) || exit 1
      orchctl scope add ../etc; echo "outside: $?"
      orchctl status; echo "others: $?"
      orchctl approve one; echo "itself: $?"
      echo 1 >one/f
      echo 2 >two/f
      orchctl ask 'Which colour?' >answer; echo "asked: $?"
      answer=$(cat answer)
      rm answer
      [ -n "$answer" ] || exit 75
      grep -q 'answer of .*: blue' "$ORCH_FEEDBACK_FILE" || exit 1
      echo "$answer" >one/colour
  - id: other
    prompt: |
      orchctl blocked 'no licence for that' && echo x >y
END
orch 1 -c "$work/orch.yaml" "$work/tasks.yaml"
has "$work/out" 'asks: Which colour?'
has "$work/out" 'no licence for that'
has "$work/err" 'says: half way'
log=$state/logs/one/1.log
grep -q '^found: found-[0-9a-f]*: AWAITING_APPROVAL$' "$log" || fail "not registered: $(cat "$log")"
has "$log" 'AWAITING_APPROVAL, known already'
has "$log" 'wider: granted'
has "$log" 'outside: 2'
has "$log" 'others: 3'
has "$log" 'itself: 3'
has "$log" 'asked: 5'
equal "landed before the answer" 1 "$(in_repository rev-list --count main)"
has "$work/err" '--answer TASK=TEXT'
ok "an agent asks and is kept"

# The question is its own: a yes does not answer it, and the found task waits for one.
expect 1 orchctl run -C "$work/repository" --state "$state" -c "$work/orch.yaml" --approve \
    --answer 'one=blue' "$work/tasks.yaml"
has "$state/logs/one/2.log" 'asked: 0'
equal "landed" blue "$(in_repository show main:one/colour)"
equal "in the wider scope" 2 "$(in_repository show main:two/f)"
found=$(sed -n 's/^found: \(found-[0-9a-f]*\).*/\1/p' "$log")
grep -q "^$found .*no_change\|$found.*BLOCKED" "$work/out" || fail "what was found did not run: $(cat "$work/out")"
has "$work/err" 'answered: blue'
nothing_left
ok "it goes on with the answer, and what it found runs with a yes"
