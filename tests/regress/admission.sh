#!/bin/sh
# New attempts wait while memory, load or the disk has no room, and go on by themselves; it is
# told what they wait for. With admission.freeze what runs is frozen, the least urgent first
# and one at a time, and thawed in the order of urgency; its clocks stand still meanwhile, a
# halt and the next supervisor do not leave it frozen.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
sed -i 's/slots: 1/slots: 3/; s/verify: none}/verify: none, limits: {timeout: 20s}}/' "$work/orch.yaml"
say "admission: {memory: 200M, pressure: 50, load: 3, disk: 100M, freeze: yes}" >>"$work/orch.yaml"
mkdir "$work/outside" "$work/readings"
PATH=$work/outside:$PATH
ORCHD_READINGS=$work/readings
export ORCHD_READINGS

# reads NAME TEXT: the machine has this now; in one step, for it is read at any time.
reads() {
	say "$2" >"$work/readings/new"
	mv "$work/readings/new" "$work/readings/$1"
}
calm() {
	reads pressure "some avg10=0.00 avg60=0.00 avg300=0.00 total=0"
	reads meminfo "MemTotal: 8000000 kB
MemFree: 1000 kB
MemAvailable: 4000000 kB"
	reads loadavg "0.10 0.20 0.30 1/100 4711"
	reads disk 1000000000
}
calm
start_service

# waits NAME FILE TEXT WORDS: with this in this file a new task waits, in these words.
waits() {
	reads "$2" "$3"
	ctl 0 add --id "$1" -- sh -c "echo $1 >$1.txt"
	told() { ask show "$1" | grep -qF "waits for    room on the machine: $2"; }
	wait_until 30 told "$1" "$4" || { ask show "$1"; fail "$1 does not wait for $4"; }
	ask list | grep -q "^$1 .*PENDING" || fail "$1 was started"
	ctl 0 status
	has "$work/out" "no room      new attempts wait: $4"
	calm
	ctl 0 wait "$1"
	ctl 0 status
	! grep -q "no room" "$work/out" || fail "it still says that there is no room"
}
waits of-memory meminfo "MemAvailable: 102400 kB" "memory: 100 MiB are available, and admission.memory is 200 MiB"
waits of-pressure pressure "some avg10=72.30 avg60=0 avg300=0 total=0" \
    "memory: something waited for it for 72 % of the time, and admission.pressure is 50 %"
waits of-load loadavg "1000.00 0 0 1/1 1" "load: "
waits of-disk disk 1000 "disk: 0 MiB are free in the state folder, and admission.disk is 100 MiB"
ctl 0 events
equal "told" 4 "$(grep -c 'new attempts wait for room on the machine: ' "$work/out")"
equal "told" 4 "$(grep -c 'there is room for new attempts again' "$work/out")"
ok "memory, pressure, load, disk: it waits, and goes on"

reads disk 1000
ctl 0 add --id held -- sh -c "echo held >held.txt"
no_room() { ask status | grep -q "^no room"; }
wait_until 30 no_room || fail "it does not wait for room: $(ask status)"
ctl 0 pause
! no_room || fail "what is paused is said to wait for room: $(ask status)"
calm
ctl 0 resume
ctl 0 wait held
ok "what is paused waits for no room"

# Three that count: the least urgent stands still first.
for n in 0 1 2; do
	ctl 0 add --id "count-$n" --priority $n -- sh -c "
	    n=0; until [ -e $work/outside/end ]; do n=\$((n + 1)); echo \$n; sleep 0.1; done; echo $n >count-$n.txt"
done
lines() { cat "$state/logs/count-$1/1.log" 2>/dev/null | wc -l; }
all_count() { [ "$(lines 0)" -gt 2 ] && [ "$(lines 1)" -gt 2 ] && [ "$(lines 2)" -gt 2 ]; }
wait_until 60 all_count || fail "not all three run"
reads pressure "some avg10=80.00 avg60=0 avg300=0 total=0"
both() { [ "$(ask slots | grep -c ' frozen ')" = 2 ]; }
wait_until 30 both || { ask slots; fail "not two are frozen"; }
frozen() { ask events | grep -q "count-$1: frozen: memory is short"; }
wait_until 30 frozen 2 && wait_until 30 frozen 1 || { ask events; fail "it is not told"; }
ask events | grep ': frozen' | sed 's/.*count-\(.\): frozen.*/\1/' | tr -d '\n' >"$work/order"
equal "frozen in this order" 21 "$(cat "$work/order")"
! frozen 0 || fail "the last one is frozen"
seen_1=$(lines 1) seen_2=$(lines 2) seen_0=$(lines 0)
goes_on() { [ "$(lines 0)" -gt $((seen_0 + 20)) ]; }
wait_until 60 goes_on || fail "the urgent one stands still"
[ "$(lines 1)" -le $((seen_1 + 1)) ] && [ "$(lines 2)" -le $((seen_2 + 1)) ] || fail "they go on though they are frozen"
ok "frozen, the least urgent first, and never the last"

# The next supervisor begins with what it sees itself.
kill -9 "$daemon"
wait "$daemon" || :
calm
start_service
more() { [ "$(lines 1)" -gt $((seen_1 + 3)) ] && [ "$(lines 2)" -gt $((seen_2 + 3)) ]; }
wait_until 60 more || { ask slots; fail "the next supervisor leaves them frozen"; }
reads pressure "some avg10=80.00 avg60=0 avg300=0 total=0"
wait_until 30 both || { ask slots; fail "not two are frozen"; }
# Less, but not calm: they stay; then the more urgent one first.
reads pressure "some avg10=30.00 avg60=0 avg300=0 total=0"
ctl 0 debug 0
ctl 0 debug 1
ctl 0 debug 2
both || fail "it swings"
calm
none() { ! ask slots | grep -q ' frozen '; }
wait_until 30 none || { ask slots; fail "they are not thawed"; }
thawed() { [ "$(ask events | grep -c 'count-.: goes on: memory is there again')" = 2 ]; }
wait_until 30 thawed || { ask events; fail "it is not told"; }
ask events | grep ': goes on: memory' | sed 's/.*count-\(.\): goes on.*/\1/' | tr -d '\n' >"$work/order"
equal "thawed in this order" 12 "$(cat "$work/order")"
ok "thawed, the most urgent first; a restart thaws all"

# A halt ends what is frozen, too.
reads pressure "some avg10=80.00 avg60=0 avg300=0 total=0"
wait_until 30 both || fail "not two are frozen"
ctl 0 halt
idle() { [ "$(ask list | grep -c '^count-.* PENDING')" = 3 ]; }
wait_until 30 idle || { ask list; ask slots; fail "what is frozen does not end"; }
[ -z "$(pids_of_agents)" ] || fail "agents are left"
calm
: >"$work/outside/end"
ctl 0 resume
ctl 0 wait count-0 count-1 count-2
stop_service
nothing_left
ok "halted while frozen"
