#!/bin/sh
# A verify command that is not found, cannot be executed, is killed by a signal or
# does not end: never PASS; the task is BLOCKED with the reason and nothing lands.
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
