#!/bin/sh
# Several commits, the first of which conflicts: whatever the method, the next attempt
# finds all that they made in its work tree, not only what came before the conflict.
. "$(dirname "$0")/lib.sh"

new_repository "$work/first"
# What is in the PATH is what an agent sees of here: the slow one waits for the quick one.
mkdir "$work/outside"
PATH=$work/outside:$PATH
cat >"$work/tasks.yaml" <<END
tasks:
  - {id: slow, title: Slow, prompt: p, priority: 0, command: [sh, "$work/outside/slow"]}
  - {id: quick, title: Quick, prompt: p, command: [sh, -c, "echo quick >first.txt"]}
END
cat >"$work/outside/slow" <<END
set -e
if [ "\$ORCH_ATTEMPT" = 1 ]; then
	while [ ! -e $work/outside/go ]; do sleep 0.1; done
	echo slow >first.txt
	git commit -qam one
	echo 2 >second.txt
	git add -A
	git commit -qm two
	echo 3 >third.txt
	exit
fi
cp first.txt seen.txt
test -e second.txt
test -e third.txt
echo both >first.txt
END
landed() { grep '"task.complete"' "$work/out" | grep -q '"quick"'; }
for method in squash rebase merge; do
	rm -rf "$work/repository" "$work/outside/go"
	git clone -q "$work/first" "$work/repository"
	orchctl run -C "$work/repository" --state "$work/state-$method" -j 2 --method $method --verify none \
	    --json "$work/tasks.yaml" >"$work/out" 2>"$work/err" </dev/null &
	run=$!
	children=$run
	wait_until 60 landed || fail "$method: nothing landed"
	: >"$work/outside/go"
	status=0
	wait $run || status=$?
	children=
	equal "$method: exit status" 0 $status
	equal "$method: attempts" 2 "$(grep '"task.start"' "$work/out" | grep -c '"slow"')"
	has "$work/repository/seen.txt" '<<<<<<< '
	equal "$method: files" "first.txt second.txt seen.txt third.txt" "$(in_repository ls-files | xargs)"
	equal "$method: resolved" both "$(cat "$work/repository/first.txt")"
done
nothing_left
ok "squash, rebase, merge"
