#!/bin/sh
# What a person sees of several projects: lists, slots, events and the line name the project
# of each row, -p shows one alone, status has a block for each; an unknown one is refused.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/projects_lib.sh"

configuration 2
project web "weight: 2"
project api "slots: 1, verify_slots: 2"
start_service
for name in web api; do
	ctl 0 add -p $name --id $name-1 --title "One of $name" -- sh -c "echo 1 >one"
	ctl 0 add -p $name --id $name-2 --title "Two of $name" -- sh -c "exit 77"
done
ctl 1 wait
ctl 0 list
has "$work/out" "PROJECT"
grep -Eq '^web +web-1 +COMPLETE' "$work/out" || fail "list: $(cat "$work/out")"
ctl 0 list -p api
! grep -q web "$work/out" || fail "list -p api: $(cat "$work/out")"
[ "$(grep -c '^api ' "$work/out")" = 2 ] || fail "list -p api: $(cat "$work/out")"
ctl 0 show api-1
has "$work/out" "api"
grep -Eq '^project +api' "$work/out" || fail "show: $(cat "$work/out")"
ctl 0 events -p web
has "$work/out" "web web-1: landed as"
! grep -q api-1 "$work/out" || fail "events -p web: $(cat "$work/out")"
ctl 0 --json events -p web
grep '"task":"web-1"' "$work/out" | grep -q '"project":"web"' || fail "events: $(cat "$work/out")"
ctl 0 tickets -a
[ "$(grep -Ec '^(web|api) +1 ' "$work/out")" = 2 ] || fail "tickets: $(cat "$work/out")"
ctl 0 tickets -a --limit 1
[ "$(grep -Ec '^(web|api) +[0-9]+ ' "$work/out")" = 2 ] || fail "the last ticket of each: $(cat "$work/out")"
ctl 0 slots
grep -Eq '^web +v0 ' "$work/out" || fail "slots: $(cat "$work/out")"
grep -Eq '^api +v2 ' "$work/out" || fail "slots: $(cat "$work/out")"
grep -Eq '^- +1 ' "$work/out" || fail "slots: $(cat "$work/out")"
ok "each row says whose it is, and -p shows one project's"

ctl 0 status
has "$work/out" "0 running, weight 2"
has "$work/out" "0 running, weight 1, 1 at once"
for name in web api; do
	grep -Eq "^project +$name" "$work/out" || fail "status: $(cat "$work/out")"
	has "$work/out" "$state/projects/$name/repository.git"
done
has "$work/out" "2 COMPLETE, 2 BLOCKED"
[ "$(grep -c '1 COMPLETE, 1 BLOCKED' "$work/out")" = 2 ] || fail "status: $(cat "$work/out")"
ctl 0 --json status -p api
has "$work/out" '"project":"api"'
! grep -q '"name":"web"' "$work/out" || fail "status -p api: $(cat "$work/out")"
ok "a block for each"

for command in list status slots events tickets locks; do
	ctl 2 $command -p shop
	has "$work/err" "there is no project 'shop'; there is web, api"
done
stop_service
nothing_left
ok "an unknown project is refused"
