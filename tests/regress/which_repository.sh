#!/bin/sh
# The repository of a run is the one that you stand in, or that -C names a folder
# of, as deep as that may be: the same state, the same configuration, the same branch.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
mkdir -p "$work/repository/sub/deep"
say "version: 1
projects: {p: {verify: none}}" >"$work/repository/.orch.yaml"
in_repository add .
in_repository commit -q -m Configuration
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}
END

expect 0 orchctl run -C "$work/repository/sub" "$work/tasks.yaml"
has "$work/err" "1 tasks on main of $work/repository; state in"
equal "landed" A "$(in_repository log -1 --format=%s)"
[ -e "$work/repository/a" ] || fail "the checkout was not moved"
(cd "$work/repository/sub/deep" && expect 0 orchctl run "$work/tasks.yaml")
has "$work/err" "1 tasks on main of $work/repository; state in"
(cd "$work/repository" && expect 0 orchctl run "$work/tasks.yaml")
equal "states" 1 "$(ls -d "$work"/xdg-state/orch/run/* | wc -l)"
equal "landed once" 1 "$(in_repository log --format=%s | grep -c '^A$')"
ok "a folder of it"

git clone -q --bare "$work/repository" "$work/repository/up.git"
sed -i s/id:.a,/id:\ b,/ "$work/tasks.yaml"
sed -i s/a\"\]/b\"]/ "$work/tasks.yaml"
expect 0 orchctl run -C "$work/repository/up.git/refs" --verify none "$work/tasks.yaml"
equal "landed" "$(git -C "$work/repository/up.git" show main:b)" a
has "$work/err" "of $work/repository/up.git; state in"
ok "a folder of a bare one"

mkdir "$work/plain"
expect 2 orchctl run -C "$work/plain" --state "$work/s" --verify none "$work/tasks.yaml"
has "$work/err" "not a Git repository"
! grep '^fatal' "$work/err" || fail "Git's own words"
nothing_left
ok "none"
