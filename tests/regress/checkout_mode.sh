#!/bin/sh
# Without overlays: `workspace: checkout` gives each slot a checkout of its own
# that is reset. The same results, and nothing of one task is seen by the next
# one: neither its changes, nor untracked or ignored files, nor modes, nor a
# repository in a folder that is tracked.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
say '*.ignored' >"$work/repository/.gitignore"
say 'kept' >"$work/repository/kept.txt"
mkdir "$work/repository/folder"
say 'tracked' >"$work/repository/folder/tracked"
in_repository add .
# A submodule that nobody has checked out: Git does not clean its folder.
mkdir "$work/repository/module"
in_repository update-index --add --cacheinfo "160000,$(in_repository rev-parse HEAD),module"
in_repository commit -q -m "Ignore"
cat >"$work/orch.yaml" <<'END'
projects:
  p: {workspace: checkout, retries: {failed: 0}}
END
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a; echo x >module/left; mkdir module/deep; echo x >module/deep/left; git init -q module; echo x >left.ignored; mkdir -p sub; echo x >sub/b.ignored; git config user.name Mallory; rm kept.txt; git init -q folder"]}
  - {id: b, title: B, prompt: p, depends_on: [a], command: [sh, -c, "test ! -e left.ignored && test ! -e folder/.git && test -e folder/tracked && test -d module && test ! -e module/left && test ! -e sub && test ! -e kept.txt && test \"$(git config user.name)\" != Mallory && echo b >b && chmod +x first.txt"]}
  - {id: fails, title: F, prompt: p, depends_on: [b], command: [sh, -c, "echo rest >rest; exit 1"]}
  - {id: c, title: C, prompt: p, depends_on: [b], priority: 2, command: [sh, -c, "test ! -e rest && test -x first.txt && echo c >c"]}
END
orch 1 -c "$work/orch.yaml" -j 1 --verify 'test -e first.txt' --json "$work/tasks.yaml"
equal "landed" "A B C" "$(in_repository log --reverse --format=%s main~3..main | xargs)"
equal "files of A" "a kept.txt" "$(in_repository diff-tree -r --no-commit-id --name-only main~2 | xargs)"
nothing_left
ok "a checkout that is reset"

mkdir "$work/more"
work_before=$work/repository
ORCH_HISTORY=generated sh "$replay/history.sh" "$work/source" 5
ORCH_HISTORY=generated sh "$replay/tasks.sh" "$work/source" "$work/tasks.json" 5 plan
rm -rf "$work_before"
git init -q -b main "$work/repository"
in_repository fetch -q "$work/source" 'refs/tags/replay-base:refs/tags/replay-base'
in_repository reset -q --hard replay-base
state=$work/state2
orch 0 -c "$work/orch.yaml" -j 4 --order plan --verify none "$work/tasks.json"
sh "$replay/compare.sh" "$work/repository" "$work/source" plan || fail "what landed is not the history"
nothing_left
ok "a replay in checkouts"
