#!/bin/sh
# property.sh: the property test of the line (tests/unit/test_queue_random.c) with as many
# sequences as COUNT says (default 1000000), from SEED on (default 1), but for no longer
# than LIMIT seconds (default 300). What it prints of a sequence that fails repeats that one.
. "$(dirname "$0")/../regress/lib.sh"
test=$build/tests/unit/test_queue_random
first=${SEED:-1}
end=$((first + ${COUNT:-1000000}))
until=$(($(date +%s) + ${LIMIT:-300}))
part=20000 seed=$first events=0

[ -x "$test" ] || fail "not built: $test"
while [ $seed -lt $end ] && [ "$(date +%s)" -lt $until ]; do
	[ $((end - seed)) -ge $part ] || part=$((end - seed))
	SEED=$seed COUNT=$part "$test" >"$work/out" 2>&1 || { cat "$work/out"; fail "see above"; }
	more=$(sed -n 's/^[0-9]* sequences, \([0-9]*\) events:.*/\1/p' "$work/out")
	[ "${more:-0}" -gt 0 ] || { cat "$work/out"; fail "no event was made"; }
	events=$((events + more)) seed=$((seed + part))
done
[ $seed -gt $first ] || fail "no sequence was made"
ok "$((seed - first)) sequences from seed $first on, $events events"
