#!/bin/sh
# What is wrong with several projects in a configuration is told with its place, all at once,
# and nothing is started or changed.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/projects_lib.sh"

configuration 2
project web
project api
expect 0 orchd -n -c "$work/orch.yaml"
cat >"$work/bad.yaml" <<END
version: 1
state: $state
projects:
  web: {upstream: $work/web.git, branch: main, verify: none, weight: 0}
  api: {upstream: $work/api.git, branch: main, verify: none, slots: many}
  a/b: {}
  web: {}
END
expect 2 orchd -n -c "$work/bad.yaml"
has "$work/err" "bad.yaml:4:$(($(printf '  web: {upstream: %s, branch: main, verify: none, weight: ' "$work/web.git" | wc -c) + 1)): projects.web.weight: '0' is not a number from 1"
has "$work/err" "projects.api.slots: 'many' is not a number"
has "$work/err" "bad.yaml:6:3: projects.a/b: a project's name is"
has "$work/err" "bad.yaml:7:3: projects.web: stands here for the second time"
ok "each with its place"

sed -i '/^  api:/d' "$work/orch.yaml"
say "  api: {branch: main, verify: none}" >>"$work/orch.yaml"
expect 2 orchd -n -c "$work/orch.yaml"
has "$work/err" "projects.api.upstream: missing"
sed -i '/^  api:/d' "$work/orch.yaml"
say "  api: {upstream: $work/api.git}" >>"$work/orch.yaml"
expect 2 orchd -n -c "$work/orch.yaml"
has "$work/err" "projects.api.verify: missing"
ok "what is missing of one"

expect 0 orchd -n -c "$work/orch.yaml" -o api.verify=none -o slots=3
expect 2 orchd -n -c "$work/orch.yaml" -o verify=none
has "$work/err" "'verify': there are 2 projects; write NAME.verify=VALUE"
expect 2 orchd -n -c "$work/orch.yaml" -o shop.verify=none
has "$work/err" "'shop.verify': there is no such option"
ok "-o says which one"

sed -i 's|api.git}|api.git, verify: none}|' "$work/orch.yaml"
say 'tasks: [{id: a, prompt: p, command: ["true"]}]' >"$work/tasks.yaml"
expect 2 orchctl run -C "$work/web" -c "$work/orch.yaml" "$work/tasks.yaml"
has "$work/err" "projects.api: a second project: a run has one"
[ ! -e "$state" ] || fail "a state folder was made"
nothing_left
ok "a run has one project"
