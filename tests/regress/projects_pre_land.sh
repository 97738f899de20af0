#!/bin/sh
# What pre_land says belongs to a project: the same command that has passed a tree in one
# is asked again for the same tree in another, of which it is told another name.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/projects_lib.sh"

configuration 1
hook="hooks: {pre_land: 'grep -q project...a'}"
project a "$hook"
project b "$hook"
start_service
ctl 0 add -p a --id one --title One -- sh -c 'echo same >new'
ctl 0 wait one
ctl 0 add -p b --id two --title Two -- sh -c 'echo same >new'
ctl 1 wait two
is one COMPLETE || fail "one is $(state_of one)"
is two BLOCKED || fail "two is $(state_of two)"
equal "in a" "First One " "$(subjects a)"
equal "in b" "First " "$(subjects b)"
equal "trees" "$(git -C "$work/a.git" rev-parse main^:)" "$(git -C "$work/b.git" rev-parse main:)"
ok "the other project was asked"
stop_service
nothing_left
