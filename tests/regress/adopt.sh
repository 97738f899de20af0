#!/bin/sh
# The supervisor is killed while eight agents run. The next one adopts their workers before
# it starts anything: no agent is restarted, no worker either, what they print is complete
# and in order, and each lands once.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
sed -i 's/^slots: 1/slots: 8/' "$work/orch.yaml"
mkdir "$work/at"
say "tasks:" >"$work/tasks.yaml"
for i in 1 2 3 4 5 6 7 8; do
	cat >>"$work/tasks.yaml" <<-END
	  - id: t$i
	    command: [sh]
	    prompt: |
	      n=0
	      while [ ! -e "\$HOME/go" ] && [ \$n -lt 1500 ]; do n=\$((n + 1)); echo "line \$n"; sleep 0.02; done
	      echo "\$n" >lines-$i.txt
	      echo end
	END
done
start_service
ctl 0 add -f "$work/tasks.yaml"
running() { [ "$(ask --json slots | tr '{' '\n' | grep -c '"state":"busy".*"kind":"agent"')" = 8 ]; }
wait_until 20 running || fail "they do not run: $(ask slots)"
printing() { for i in 1 2 3 4 5 6 7 8; do grep -q "^line 5$" "$state/logs/t$i/1.log" || return 1; done; }
wait_until 20 printing || fail "they do not print"
ask --json slots | tr '{' '\n' | sed -n 's/.*"pid":\([0-9]*\).*"kind":"agent".*/\1/p' | sort >"$work/before"
equal "workers" 8 "$(wc -l <"$work/before")"

kill -9 "$daemon"
wait "$daemon" 2>/dev/null || :
children=
before=$(cat "$state"/logs/t*/1.log | wc -l)
more() { [ "$(cat "$state"/logs/t*/1.log | wc -l)" -gt $((before + 40)) ]; }
wait_until 20 more || fail "the agents do not go on alone"
ok "agents outlive the supervisor"

begin=$(date +%s%N)
start_service
wait_until 20 running || fail "they are not adopted: $(ask slots)"
took=$((($(date +%s%N) - begin) / 1000000))
ask --json slots | tr '{' '\n' | sed -n 's/.*"pid":\([0-9]*\).*"kind":"agent".*/\1/p' | sort >"$work/after"
cmp -s "$work/before" "$work/after" || fail "not the same workers: $(cat "$work/before" "$work/after")"
equal "adopted" 8 "$(grep -c 'slot=[0-7] event=adopted pid=' "$work/log")"
ok "adopted after $took ms, the start of the supervisor included"

for i in 1 2 3 4 5 6 7 8; do : >"$state/projects/p/homes/t$i/go"; done
ctl 0 wait
for i in 1 2 3 4 5 6 7 8; do
	log=$state/logs/t$i/1.log
	n=$(git -C "$work/up.git" show "main:lines-$i.txt")
	seq -f 'line %g' "$n" >"$work/expected"
	say end >>"$work/expected"
	cmp -s "$work/expected" "$log" || fail "what t$i printed is not complete: $(diff "$work/expected" "$log" | head)"
	[ ! -e "$state/logs/t$i/2.log" ] || fail "t$i was started again"
	equal "commits of t$i" 1 "$(git -C "$work/up.git" log --format=%s main -- "lines-$i.txt" | wc -l)"
	ctl 0 --json show "t$i"
	has "$work/out" '"attempts":1'
done
stop_service
nothing_left
ok "each ran once and landed once, nothing of what they printed is lost"
