#!/bin/sh
# The supervisor is killed while agents of two projects run, and commitd of one: the next
# one adopts the agents, each goes on for its own project, and every result lands in the
# right place once. A project with tasks to be done cannot be taken out of the configuration,
# nor become another repository; one whose tasks have ended can, and they are still known.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/projects_lib.sh"

configuration 2
project web "sandbox: none"
project api "sandbox: none"
start_service
for name in web api; do
	ctl 0 add -p $name --id $name-1 --title "$name 1" -- \
	    sh -c "touch $work/$name-runs; while [ ! -e $work/go ]; do sleep 0.05; done; echo $name >f"
	ctl 0 add -p $name --id $name-2 --title "$name 2" --depends-on $name-1 -- sh -c "cat f f >g"
done
both_run() { [ -e "$work/web-runs" ] && [ -e "$work/api-runs" ]; }
wait_until 30 both_run || fail "they do not run"
kill -9 "$daemon"
wait "$daemon" || :
children=

cp "$work/orch.yaml" "$work/both.yaml"
sed -i '/^  api:/d' "$work/orch.yaml"
expect 2 orchd -c "$work/orch.yaml"
has "$work/err" "projects.api: is not in the configuration any more, and has tasks that have not ended: api-1 api-2"
sed "s|$work/api.git|$work/web.git|" "$work/both.yaml" >"$work/orch.yaml"
expect 2 orchd -c "$work/orch.yaml"
has "$work/err" "the state folder belongs to $work/api.git as project api"
cp "$work/both.yaml" "$work/orch.yaml"
ok "a project with work to do stays as it is"

start_service
adopted() { [ "$(grep -c 'event=goes-on' "$work/log")" = 2 ]; }
wait_until 30 adopted || fail "they were not adopted: $(tail -n 20 "$work/log")"
for pid in $(pids_of orch-commitd); do
	grep -qa "api" "/proc/$pid/cmdline" && kill -9 "$pid"
done
: >"$work/go"
ctl 0 wait
for name in web api; do
	equal "in $name" "First $name 1 $name 2 " "$(subjects $name)"
	equal "g of $name" "$name $name" "$(git -C "$work/$name.git" show main:g | tr '\n' ' ' | sed 's/ $//')"
	equal "attempts of $name-1" 1 "$(ask --json show $name-1 | grep -o '"outcome"' | wc -l)"
done
ok "adopted, and each landed in its own project"

stop_service
sed -i '/^  api:/d' "$work/orch.yaml"
start_service
ctl 0 show api-2
has "$work/out" "COMPLETE"
ctl 0 list
grep -Eq '^api +api-1 +COMPLETE' "$work/out" || fail "list: $(cat "$work/out")"
ctl 2 add -p api --id api-3 --title x -- true
has "$work/err" "there is no 'api'; there is web"
ctl 0 add --id web-3 --title "web 3" -- sh -c "echo 3 >three"
ctl 0 wait web-3
stop_service
nothing_left
ok "what has ended of a project that is taken out is still known"
