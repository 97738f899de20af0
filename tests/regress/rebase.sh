#!/bin/sh
# The branch is in the middle of a rebase in the person's checkout: Git takes it for
# checked out and lets nobody push to it. The result is shown on orch/BRANCH.
. "$(dirname "$0")/lib.sh"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}
  - {id: b, title: B, prompt: p, depends_on: [a], command: [sh, -c, "echo b >b"]}
END

new_repository "$work/repository"
in_repository checkout -q -b other
say other >"$work/repository/first.txt"
in_repository commit -q -a -m Other
in_repository checkout -q main
say main >"$work/repository/first.txt"
in_repository commit -q -a -m Main
tip=$(in_repository rev-parse main)
in_repository rebase -q other >"$work/rebase" 2>&1 && fail "the rebase has no conflict"

orch 0 --branch main --verify none "$work/tasks.yaml"
equal "main" "$tip" "$(in_repository rev-parse main)"
equal "landed" "B A Main First" "$(in_repository log --format=%s orch/main | xargs)"
has "$work/err" "orch/main"
[ -d "$work/repository/.git/rebase-merge" ] || fail "the rebase is gone"
ok "shown beside a rebase"

# Ended without it: the next run brings both.
in_repository rebase --abort
sed 's/id: a/id: c/; s/id: b/id: d/; s/\[a\]/[c]/; s/>a/>c/; s/>b/>d/' "$work/tasks.yaml" >"$work/more.yaml"
orch 0 --verify none "$work/more.yaml"
equal "landed" "B A B A Main First" "$(in_repository log --format=%s main | xargs)"
ok "brought after a rebase"
nothing_left
