#!/bin/sh
# The replay of tests/regress/replay.sh with 20 seeds, one after the other:
# REPLAYS=N for another number, SEED=N for the first one. Each time in plan order
# without and with scope, and in order of completion.
set -eu
run=$(cd "$(dirname "$0")/../replay" && pwd)/run.sh
seed=${SEED:-1}
end=$((seed + ${REPLAYS:-20}))
while [ "$seed" -lt "$end" ]; do
	for history in own generated; do
		[ $history = generated ] || [ "$seed" = "${SEED:-1}" ] || continue
		ORCH_HISTORY=$history sh "$run" "$seed" plan
		ORCH_HISTORY=$history sh "$run" "$seed" plan scope
		ORCH_HISTORY=$history sh "$run" "$seed" completion
	done
	seed=$((seed + 1))
done
