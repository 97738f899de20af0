#!/bin/sh
# A task that an earlier run left BLOCKED stays so when the same run is given
# again, and the run says how to go on: run --retry tries it again, with the
# options of then, and what waited for it follows. Tasks of other files stay.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}
  - {id: b, title: B, prompt: p, depends_on: [a], command: [sh, -c, "echo b >b"]}
END
cat >"$work/other.yaml" <<'END'
tasks:
  - {id: other, title: O, prompt: p, command: [sh, -c, "exit 77"]}
END
cat >"$work/orch.yaml" <<'END'
version: 1
projects: {run: {retries: {rework: 0}}}
END
hint="to try again what is BLOCKED or CANCELLED: orchctl run --retry -C $work/repository"
orch 1 --verify none "$work/other.yaml"
has "$work/err" "$hint"
orch 1 -c "$work/orch.yaml" --verify false "$work/tasks.yaml"
has "$work/err" "$hint"
orch 1 --verify none "$work/tasks.yaml"
has "$work/err" "$hint"
has "$work/out" BLOCKED
[ ! -e "$work/repository/a" ] || fail "tried again without a word"
ok "the run says how to go on"

orch 1 --verify none --json --retry "$work/tasks.yaml"
tail -n 1 "$work/out" >"$work/last"
has "$work/last" '"complete":2,"blocked":1,"cancelled":0,"waiting":0'
equal "tried again" 1 "$(grep -c '"task.retry"' "$work/out")"
equal "landed" "A B" "$(in_repository log --reverse --format=%s -2 main | xargs)"
orch 1 --verify none --retry "$work/other.yaml"
equal "hints" 1 "$(grep -c 'to try again .* --retry' "$work/err")"
nothing_left
ok "and goes on"
