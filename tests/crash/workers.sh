#!/bin/sh
# workers.sh [N]: kill -9 at N random moments (default 300, SEED=N for others) of a service
# with eight agents: the supervisor, a worker, the keeper of a sandbox, bwrap, or a process
# of an agent. A supervisor that was killed is started again at once. Then: no attempt has
# begun twice, no agent ended for the death of its supervisor, all that was finished has
# landed once, and nothing is left over, no process, mount, folder or, where slots can have
# some, cgroup. Kills only processes of this test, by their id.
. "$(dirname "$0")/../regress/lib.sh"
kills_wanted=${1:-${KILLS:-300}}
random=$((${SEED:-1} * 7919 + 17))
kills=0 rounds=0 adopted=0
command -v sqlite3 >/dev/null || skip "sqlite3 is not installed"

# draw BELOW: sets $drawn.
draw() {
	random=$((random * 16807 % 2147483647))
	drawn=$((random / 7 % $1))
}

new_repository "$work/repository"
service_configuration
sed -i -e 's/^slots: 1/slots: 8/' -e 's/verify: none}/verify: none, retries: {failed: 1000}}/' "$work/orch.yaml"

# Each slot has a cgroup, as root where there is a hierarchy for it.
cgroup=
if [ "$(id -u)" = 0 ] && grep -q ' cgroup2 ' /proc/mounts; then
	. "$(dirname "$0")/../regress/cgroup_lib.sh"
	new_cgroup
	say "cgroup: $cgroup" >>"$work/orch.yaml"
fi

ask_database() { sqlite3 -readonly "$state/orch.db" "$1"; }

# Tasks of a round: each counts its own starts where the next attempt sees it.
add_tasks() {
	say "tasks:" >"$work/tasks.yaml"
	task=0
	while [ $task -lt 40 ]; do
		task=$((task + 1))
		draw 20
		cat >>"$work/tasks.yaml" <<-END
		  - id: r$rounds-t$task
		    command: [sh]
		    prompt: |
		      mkdir "\$HOME/attempt-\$ORCH_ATTEMPT" || { echo "\$ORCH_ATTEMPT" >>"\$HOME/doubled"; exit 1; }
		      n=0; while [ \$n -lt $((drawn + 2)) ]; do n=\$((n + 1)); echo "line \$n"; sleep 0.05; done
		      echo r$rounds-t$task >r$rounds-t$task.txt
		END
	done
	timeout 60 orchctl --socket "$socket" add "$work/tasks.yaml" >/dev/null || fail "add: $(tail "$work/log")"
}

ended() { [ "$(ask_database "SELECT count(*) FROM tasks WHERE state NOT IN ('COMPLETE', 'BLOCKED', 'CANCELLED')")" = 0 ]; }

# One id of a list, at random.
one_of() {
	[ $# -gt 0 ] || return 0
	draw $#
	shift $drawn
	victims=$1
}

# The tasks that run, with their attempts.
running() { ask_database "SELECT id || ' ' || attempts FROM tasks WHERE state = 'RUNNING'" | sort; }

# The supervisor is killed, and is there again: none of what ran has begun anew.
kill_supervisor() {
	kill -9 "$daemon"
	wait "$daemon" 2>/dev/null || :
	# What the database says once nobody writes it.
	running >"$work/ran"
	start_service
	ready() { [ "$(ask --json slots 2>/dev/null | tr '{' '\n' | grep -Ec '"state":"(idle|busy|saving)"')" = 9 ]; }
	wait_until 30 ready || fail "the slots are not there again: $(ask slots)"
	while read -r id number; do
		now=$(ask_database "SELECT attempts FROM tasks WHERE id = '$id'")
		[ "$now" = "$number" ] || fail "kill $kills: $id was running attempt $number, and now it is $now: $(ask show "$id"; tail -n 30 "$work/log")"
		adopted=$((adopted + 1))
	done <"$work/ran"
}

strike() {
	draw 5
	victims=
	case $drawn in
	0)	kind=orchd ;;
	1)	kind=orch-worker; one_of $(pids_of "orch-worker -s [0-9]") ;;
	2)	kind=keeper; one_of $(pgrep -x orch-keeper | while read -r pid; do
		! grep -qs "${work##*/}" "/proc/$pid/mountinfo" || say "$pid"; done) ;;
	3)	kind=bwrap; one_of $(pids_of "^[^ ]*bwrap ") $(pids_of_agents | while read -r pid; do
		! grep -qsax bwrap "/proc/$pid/comm" || say "$pid"; done) ;;
	4)	kind=agent; one_of $(pids_of_agents) ;;
	esac
	[ $kind = orchd ] || [ -n "$victims" ] || return 0
	kills=$((kills + 1))
	say "[kill $kills: $kind $victims]" >>"$work/log"
	if [ $kind = orchd ]; then
		kill_supervisor
	else
		kill -9 $victims 2>/dev/null || :
	fi
}

# All has ended, and nothing is left but what is to be kept.
look() {
	wait_until 600 ended || { ask list; tail -n 40 "$work/log"; fail "round $rounds does not end"; }
	equal "tasks that are not complete" "" "$(ask_database "SELECT id || ' ' || state || ' ' || reason FROM tasks WHERE state != 'COMPLETE'")"
	equal "begun twice" "" "$(cat "$state"/projects/p/homes/*/doubled 2>/dev/null)"
	task=0
	while [ $task -lt 40 ]; do
		task=$((task + 1))
		name=r$rounds-t$task
		equal "commits of $name" 1 "$(git -C "$work/up.git" log --format=%s main -- "$name.txt" | wc -l)"
	done
	idle() { [ "$(ask --json slots | tr '{' '\n' | grep -c '"state":"idle"')" = 9 ]; }
	wait_until 30 idle || fail "slots are not idle: $(ask slots)"
	agents_gone() { [ -z "$(pids_of_agents)" ]; }
	wait_until 15 agents_gone || fail "agents are left: $(pids_of_agents)"
	equal "workers" 9 "$(pids_of "orch-worker -s" | wc -l)"
	for slot in 0 1 2 3 4 5 6 7; do
		for name in upper scratch collect outbox tmp job result usage home; do
			[ ! -e "$state/slots/$slot/$name" ] || fail "slot $slot has $name left"
		done
		# The kernel's own folder of an overlay stays for the next one, with a mark at most.
		files() { find "$state/slots/$slot/work" "$state/slots/$slot/trash" -type f ! -path '*/incompat/volatile/dirty' 2>/dev/null || :; }
		no_files() { [ -z "$(files)" ]; }
		wait_until 15 no_files || fail "slot $slot has files left: $(files)"
		! ls -d "$state/slots/$slot"/kept-* 2>/dev/null || fail "work was not collected in slot $slot"
	done
	[ -z "$cgroup" ] || wait_until 10 no_slot_cgroups || fail "cgroups are left: $(slot_cgroups)"
	ask doctor >"$work/doctor" || :
	grep -Eq '^left behind +good' "$work/doctor" || fail "$(grep 'left behind' "$work/doctor")"
	ok "round $rounds: $kills kills so far, $adopted agents adopted"
}

start_service
while [ $kills -lt "$kills_wanted" ]; do
	rounds=$((rounds + 1))
	add_tasks
	while ! ended && [ $kills -lt "$kills_wanted" ]; do
		draw 300
		sleep "0.$(printf %03d $((drawn + 20)))"
		strike
	done
	look
done
stop_service
nothing_left
say "$kills kills in $rounds rounds, $adopted times an agent was adopted"
