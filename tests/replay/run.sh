#!/bin/sh
# run.sh SEED plan|completion [scope]: one replay, from a fresh repository that
# ends at the commit before the history, on 4 slots, with every tree verified,
# to the comparison of what landed with what was replayed. Prints how long it
# took. Exit status 0 when both are the same.
. "$(dirname "$0")/../regress/lib.sh"
seed=$1
order=$2
scope=${3:-}
# Merges must not have left markers, nor a file that cannot be read.
ORCH_VERIFY="! grep -rIl --exclude-dir=.git --exclude=conflict_restart.sh '^<<<<<<< ' ."
export ORCH_VERIFY

sh "$replay/history.sh" "$work/source" "$seed"
sh "$replay/tasks.sh" "$work/source" "$work/tasks.json" "$seed" "$order" $scope
git init -q -b main "$work/repository"
in_repository fetch -q "$work/source" 'refs/tags/replay-base:refs/tags/replay-base'
in_repository reset -q --hard replay-base

begin=$(date +%s%N)
limit_seconds=${ORCH_REPLAY_LIMIT:-300} orch 0 -j 4 --order "$order" --verify "$ORCH_VERIFY" --json "$work/tasks.json"
took=$(($(date +%s%N) - begin))
if ! sh "$replay/compare.sh" "$work/repository" "$work/source" "$order"; then
	in_repository log --oneline --stat -n 5
	tail -n 60 "$work/out" "$work/err"
	fail "what landed is not the history"
fi
nothing_left
attempts=$(grep -c '"task.start"' "$work/out" || :)
say "replay seed $seed, $order${scope:+, $scope}: $(in_repository rev-list --count replay-base..main) commits, $attempts attempts, $((took / 1000000)) ms"
