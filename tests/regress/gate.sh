#!/bin/sh
# The gate: a tree whose verify command is red never lands; the task is done
# again with the gate's output as feedback, a bounded number of times, then
# BLOCKED; two changes that are green alone and red together do not both land;
# a task's own verify counts instead of the project's. All of it in an overlay and in a
# checkout.
. "$(dirname "$0")/lib.sh"

# Processes in the gate, not in the attempt, which runs the same command.
pids_of_gate() {
	for pid in $(pids_of_agents); do
		! grep -qs "/slots/v" "/proc/$pid/mountinfo" || say "$pid"
	done
}
# The one that proves now, and has not been killed; in $victim.
proving() {
	for victim in $(pids_of_gate); do
		case $killed in *" $victim "*) continue ;; esac
		! grep -qsa prove "/proc/$victim/cmdline" || return 0
	done
	return 1
}

for kind in overlay checkout; do
	rm -rf "$work/repository"
	new_repository "$work/repository"
	echo "projects: {p: {workspace: $kind}}" >"$work/orch.yaml"
	state=$work/${kind}1
	cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: learns, title: Learns, prompt: p, command: [sh, -c, "if [ $ORCH_ATTEMPT = 1 ] && [ $ORCH_ITERATION = 1 ]; then echo bad >value; else grep value-is-bad \"$ORCH_FEEDBACK_FILE\" >seen; echo good >value; fi"]}
  - {id: never, title: Never, prompt: p, command: [sh, -c, "echo $ORCH_ATTEMPT $ORCH_ITERATION >>broken"]}
  - {id: fine, title: Fine, prompt: p, command: [sh, -c, "echo fine >fine"]}
END
	verify='if grep -qs bad value; then echo value-is-bad; exit 1; fi; test ! -e broken || { echo the tree is broken; exit 1; }'
	orch 1 -c "$work/orch.yaml" -j 2 --verify "$verify" --json "$work/tasks.yaml"
	equal "landed" 2 "$(grep -c '"task.complete"' "$work/out")"
	grep '"task.blocked"' "$work/out" >"$work/blocked"
	has "$work/blocked" '"task":"never"'
	has "$work/blocked" 'the tree is broken'
	equal "learnt" good "$(cat "$work/repository/value")"
	equal "feedback" value-is-bad "$(cat "$work/repository/seen")"
	[ ! -e "$work/repository/broken" ] || fail "a red tree has landed"
	for commit in $(in_repository rev-list main~2..main); do
		equal "verdict" "Orch-Verdict: PASS" "$(in_repository log -1 --format=%B "$commit" | grep Orch-Verdict)"
	done
	ok "red is done again, then blocked, and never lands, $kind"

	cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: x, title: X, prompt: p, command: [sh, -c, "sleep 0.5; if [ -e y ]; then echo z >z; else echo x >x; fi"]}
  - {id: y, title: Y, prompt: p, command: [sh, -c, "sleep 0.5; if [ -e x ]; then echo z >z; else echo y >y; fi"]}
END
	state=$work/${kind}2
	orch 0 -c "$work/orch.yaml" -j 2 --verify '! test -e x || ! test -e y' --json "$work/tasks.yaml" || :
	for commit in $(in_repository rev-list main~2..main); do
		[ "$(in_repository ls-tree --name-only "$commit" | grep -c '^[xy]$')" -lt 2 ] || fail "a red pair has landed"
	done
	ok "green alone and red together do not both land, $kind"

	cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: own, title: Own, prompt: p, verify: "test -e own", command: [sh, -c, "echo own >own"]}
END
	state=$work/${kind}3
	orch 0 -c "$work/orch.yaml" -j 1 --verify 'exit 1' --json "$work/tasks.yaml"
	equal "own verify" "Orch-Verdict: PASS" "$(in_repository log -1 --format=%B | grep Orch-Verdict)"

	cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: iterates, title: Iterates, prompt: p, max_iterations: 3, command: [sh, -c, "echo $ORCH_ITERATION >iteration; [ $ORCH_ITERATION = 1 ] || grep -q wrong-number \"$ORCH_FEEDBACK_FILE\""]}
END
	state=$work/${kind}4
	orch 0 -c "$work/orch.yaml" -j 1 --verify 'grep -q 3 iteration || { echo wrong-number; exit 1; }' --json "$work/tasks.yaml"
	equal "iterations" 3 "$(cat "$work/repository/iteration")"
	equal "attempts" 1 "$(grep -c '"task.start"' "$work/out")"
	ok "bounded iterations in one attempt, $kind"

	# A verdict is about a tree, a command and the environment: another one's counts for nothing.
	cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: red, title: Red, prompt: p, env: {COLOUR: red}, command: [sh, -c, "echo same >same"]}
  - {id: green, title: Green, prompt: p, priority: 2, env: {COLOUR: green}, command: [sh, -c, "echo same >same"]}
END
	state=$work/${kind}6
	orch 1 -c "$work/orch.yaml" -j 1 --verify 'case $ORCH_SLOT in v*) test $COLOUR = green ;; esac' --json "$work/tasks.yaml"
	grep '"task.blocked"' "$work/out" >"$work/blocked"
	has "$work/blocked" '"task":"red"'
	grep '"task.complete"' "$work/out" >"$work/complete"
	has "$work/complete" '"task":"green"'
	ok "the verdict on another environment is not used, $kind"

	# Somebody kills the gate's command: that says nothing of the tree, and it is run again.
	mkdir -p "$work/tools"
	cat >"$work/tools/prove" <<END
#!/bin/sh
case \$ORCH_SLOT in v*) while [ "\$(cat $work/tools/mode)" = hang ]; do sleep 0.1; done ;; esac
END
	chmod +x "$work/tools/prove"
	echo hang >"$work/tools/mode"
	cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: killed, title: Killed, prompt: p, command: [sh, -c, "echo killed >killed"]}
END
	state=$work/${kind}5
	old_path=$PATH
	PATH=$work/tools:$PATH
	orchctl run -C "$work/repository" --state "$state" -c "$work/orch.yaml" -j 1 --verify 'prove; exit $?' --json \
	    "$work/tasks.yaml" >"$work/out" 2>"$work/err" </dev/null &
	run=$!
	children=$run
	PATH=$old_path
	killed=" "
	for kill in 1 2 3; do
		wait_until 30 proving
		victims=$(echo $(pids_of_gate))
		killed="$killed$victims "
		kill -9 $victims 2>/dev/null || :
	done
	wait_until 30 proving
	echo pass >"$work/tools/mode"
	status=0
	wait $run || status=$?
	children=
	equal "exit status" 0 $status
	equal "attempts" 1 "$(grep -c '"task.start"' "$work/out")"
	equal "verdict" "Orch-Verdict: PASS" "$(in_repository log -1 --format=%B | grep Orch-Verdict)"
	nothing_left
	ok "a killed gate is run again, $kind"
done
