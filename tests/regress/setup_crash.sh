#!/bin/sh
# kill -9 in the middle of setup, of the worker, of the supervisor, of both, and while the
# layer is being made: what is half made is never used and goes away, setup runs again, and the task lands. A
# layer that is whole is found again by the next supervisor, also by one that was not there
# when it was made. As the branch moves, setup runs again in the background, with what was
# there used meanwhile.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
mkdir -m 777 "$work/tools"
cat >"$work/tools/make-deps" <<END
#!/bin/sh
echo RUNS
mkdir deps
echo half >deps/a
while [ -e $work/tools/hang ]; do sleep 0.05; done
echo whole >deps/a
END
chmod 755 "$work/tools/make-deps"
chmod 711 "$work"
PATH=$work/tools:$PATH
configure() {
	cat >"$work/orch.yaml" <<END
version: 1
slots: 1
state: $state
runtime: $work/run/orch
projects:
  p: {upstream: $work/up.git, branch: main, verify: "grep -q whole deps/a", workspace: $kind, setup: {command: make-deps, renew: $renew}}
END
}
setups() { cat "$state"/logs/p/setup-*.log 2>/dev/null | grep -c RUNS || :; }
ran() { [ "$(setups)" -ge "$1" ]; }
complete() { ask list --state COMPLETE 2>/dev/null | grep -q "^$1 "; }
layers() { ls "$state/prepared/p" 2>/dev/null | xargs; }
only_whole() { ! ls "$state/prepared/p" | grep -q making-; }
# The worker of a slot; in $victim.
worker_of() {
	victim=$(pids_of "orch-worker -s $1 " | head -n 1)
	[ -n "$victim" ]
}

for kind in overlay checkout; do
	rm -rf "$work/up.git"
	git clone -q --bare "$work/repository" "$work/up.git"
	renew=0
	state=$work/$kind
	configure
	touch "$work/tools/hang"
	start_service
	cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "grep -q whole deps/a && echo a >a"]}
END
	ctl 0 add -f "$work/tasks.yaml"
	wait_until 20 ran 1 || fail "setup does not run"
	worker_of 0
	kill -9 "$victim"
	wait_until 20 ran 2 || fail "setup is not run again when its worker has died"
	ok "the worker, $kind"

	kill -9 "$daemon"
	wait "$daemon" 2>/dev/null || :
	start_service
	wait_until 20 ran 3 || fail "setup is not run again when the supervisor has died"
	ok "the supervisor, $kind"

	worker_of 0
	kill -9 "$daemon" "$victim"
	wait "$daemon" 2>/dev/null || :
	mkdir -p "$state/prepared/p/making-9-9/files" "$state/prepared/p/9-8/files"
	echo half >"$state/prepared/p/9-8/files/a"
	start_service
	wait_until 20 ran 4 || fail "setup is not run again when both have died"
	rm "$work/tools/hang"
	wait_until 20 complete a || { ask show a; fail "it does not complete"; }
	equal "runs" 4 "$(setups)"
	[ "$(layers | wc -w)" = 1 ] || fail "layers: $(layers)"
	before=$(layers)
	ok "both, $kind"

	kill -9 "$daemon"
	wait "$daemon" 2>/dev/null || :
	start_service
	sed 's/id: a/id: b/; s/echo a >a/echo b >b/' "$work/tasks.yaml" >"$work/more.yaml"
	ctl 0 add -f "$work/more.yaml"
	wait_until 20 complete b || fail "it does not complete"
	equal "runs" 4 "$(setups)"
	equal "layers" "$before" "$(layers)"
	stop_service
	ok "what is whole is found again, $kind"

	# Another layer in the background, twice.
	renew=1
	configure
	start_service
	for task in c d e; do
		touch "$work/tools/hang"
		sed "s/id: a/id: $task/; s/echo a >a/echo $task >$task/" "$work/tasks.yaml" >"$work/more.yaml"
		ctl 0 add -f "$work/more.yaml"
		wait_until 20 complete $task || { ask show $task; ask slots; fail "it waits for what is only renewed"; }
		runs=$(setups)
		rm -f "$work/tools/hang"
		quiet() { ask slots | grep -q setup && return 1; only_whole && [ "$(layers | wc -w)" -le 2 ]; }
		wait_until 20 quiet || fail "layers: $(layers)"
	done
	[ "$(setups)" -gt 4 ] || fail "nothing is renewed"
	stop_service
	nothing_left
	ok "renewed in the background, $kind"
done
