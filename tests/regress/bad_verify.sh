#!/bin/sh
# A verify command that is not found, cannot be executed, is killed by a signal or
# does not end: never PASS; the task is BLOCKED with the reason and nothing lands.
# One that is empty is refused, whoever says it: sh(1) would find nothing to do. One
# that is red is done again, whatever its exit status.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/orch.yaml" <<'END'
projects:
  p: {limits: {verify: 1s}, retries: {failed: 0, rework: 0}}
END
number=0
for verify in no-such-verify-command ./first.txt 'kill -9 $$' 'sleep 600' 'exit 1'; do
	number=$((number + 1))
	cat >"$work/tasks.yaml" <<END
tasks:
  - {id: t$number, title: T, prompt: p, command: [sh, -c, "echo x >x"]}
END
	state=$work/state$number
	orch 1 -c "$work/orch.yaml" -j 1 --verify "$verify" --json "$work/tasks.yaml"
	grep '"task.blocked"' "$work/out" >"$work/blocked" || fail "not blocked with verify: $verify"
	case $verify in
	no-such*) has "$work/blocked" "not found" ;;
	sleep*) has "$work/blocked" "time" ;;
	esac
	equal "commits with verify: $verify" 1 "$(in_repository rev-list --count main)"
	nothing_left
	ok "verify: $verify"
done

cat >"$work/orch.yaml" <<'END'
projects:
  p: {retries: {failed: 0, rework: 1}}
END
for code in 255 193 137; do
	cat >"$work/tasks.yaml" <<END
tasks:
  - {id: red$code, title: T, prompt: p, max_iterations: 1, command: [sh, -c, "if [ -n \"\$ORCH_FEEDBACK_FILE\" ]; then cp \"\$ORCH_FEEDBACK_FILE\" told-$code; else echo x >bad; fi"]}
END
	state=$work/red$code
	status=0
	[ $code != 137 ] || status=1
	orch $status -c "$work/orch.yaml" -j 1 --json \
	    --verify "case \$ORCH_SLOT in v*) test ! -e bad || { echo it says no; exit $code; } ;; esac" "$work/tasks.yaml"
	if [ $code = 137 ]; then
		grep '"task.blocked"' "$work/out" >"$work/blocked"
		has "$work/blocked" "gate ERROR on the tree that would land: the verify command was ended by a signal (exit status 137): it says no"
	else
		has "$work/repository/told-$code" "gate FAIL on the tree that would land"
		has "$work/repository/told-$code" "it says no"
	fi
	nothing_left
done
ok "only what a shell says of a signal is taken for one, and is run once"

cat >"$work/orch.yaml" <<END
state: $work/service
runtime: $work/run/orch
projects:
  p: {upstream: $work/repository, branch: main, verify: "false"}
END
orchd -c "$work/orch.yaml" >"$work/orchd.log" 2>&1 &
children=$!
socket=$work/run/orch/orchd.sock
wait_until 20 test -S "$socket" || { cat "$work/orchd.log"; fail "no socket"; }
expect 2 orchctl -s "$socket" add --id empty --prompt p --verify '' -- sh -c 'echo x >x'
has "$work/err" "task 'empty': verify: is empty"
expect 0 orchctl -s "$socket" --json list
equal "tasks" "[]" "$(cat "$work/out")"
expect 0 orchctl -s "$socket" stop
wait $children || fail "orchd ended with $?"
children=
nothing_left
ok "an empty verify is refused"
