#!/bin/sh
# Checks the model of landing with spin: every state, no approximation. Each
# world (which change is red or in conflict: init in landing.pml) is a search of
# its own, so that each fits into memory. Then every run must end: no cycle. Then
# each planted bug must be found, and each place that a run must come to.
#    run.sh full     3 tickets, 2 crashes, or one and a cancel; some minutes and 3 GB of memory
#    run.sh short    2 tickets, 1 crash, or a cancel, and some of the bugs; seconds
set -eu
model=$(cd "$(dirname "$0")" && pwd)
part=${1:-full}
command -v spin >/dev/null || { echo "spin is not here (package spin): the model was not checked"; exit 77; }
work=$(mktemp -d "${ORCH_TEST_TMP:-/tmp}/orch-model.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
cp "$model"/*.pml "$work"
states=0 most=0

# make_search NAME SPIN-OPTIONS -- COMPILER-OPTIONS: a program in $work/NAME/pan.
make_search() {
	name=$1
	shift
	options=
	while [ "$1" != -- ]; do
		options="$options $1"
		shift
	done
	shift
	mkdir -p "$work/$name"
	(cd "$work/$name" && spin -a $options "$work/landing.pml" >spin.log 2>&1 && [ -s pan.c ] &&
	    gcc -w "$@" -o pan pan.c) || { cat "$work/$name/spin.log"; exit 1; }
}

# search NAME PAN-OPTIONS: output in $work/NAME/out; leaves its figures in $line.
search() {
	name=$1
	shift
	(cd "$work/$name" && ./pan -m1000000 "$@" >out 2>&1) || :
	line=$(awk '/depth reached/ { depth = $6; errors = $8 } / states, stored/ { states = $1 }
	    /total actual memory/ { memory = $1 } /elapsed time/ { seconds = $4 }
	    END { sub(",", "", depth); printf "states %d depth %d memory %d MB seconds %.1f errors %s",
	    states, depth, memory, seconds, errors == "" ? "none said" : errors }' "$work/$name/out")
}

# The last search was complete and found nothing.
must_hold() {
	out=$work/$1/out
	if ! grep -q 'errors: 0' "$out" || grep -Eq 'max search depth too small|out of memory|aborted|truncated' "$out"; then
		grep -Ev '^(unreached|	)' "$out"
		echo "FAIL: $1: $line"
		keep_trail "$1"
		exit 1
	fi
	echo "$1: $line"
	set -- $line
	states=$((states + $2))
	[ "$6" -le $most ] || most=$6
}

# What led to the error, step by step.
keep_trail() {
	(cd "$work/$1" && spin -k landing.pml.trail -p -g $options "$work/landing.pml" 2>&1 | tail -n 400) || :
}

# must_find NUMBER WHAT: the model with that bug planted is found wrong.
must_find() {
	make_search "bug-$1" -DTASKS=2 -DCRASHES=1 "-DBUG=$1" -- -O0 -DSAFETY
	search "bug-$1" -w24
	case $line in
	*"errors 1") echo "found: $2 ($line)" ;;
	*) echo "FAIL: not found: $2 ($line)"; exit 1 ;;
	esac
}

# must_reach NUMBER WHAT: it is not dead, what stands there.
must_reach() {
	make_search "reach-$1" -DTASKS=2 -DCRASHES=1 "-DREACH=$1" -- -O0 -DSAFETY
	search "reach-$1" -w24
	case $line in
	*"errors 1") echo "reached: $2" ;;
	*) echo "FAIL: never reached: $2 ($line)"; exit 1 ;;
	esac
}

begin=$(date +%s)
if [ "$part" = short ]; then
	make_search short -DTASKS=2 -DCRASHES=1 -DCANCELS=0 -- -O1 -DSAFETY -DCOLLAPSE
	search short -w24
	must_hold short
	make_search cancel -DTASKS=2 -DCRASHES=1 -DFAULTS=0 -DMOVES=0 -- -O1 -DSAFETY -DCOLLAPSE
	search cancel -w24
	must_hold cancel
	must_find 8 "the upstream is followed without the list of landings"
	must_find 9 "a void that is not sent again: the line stands still"
	must_reach 1 "a ticket that is sent again is void"
	exit 0
fi

world=0
while [ $world -lt 20 ]; do
	make_search "world-$world" -DTASKS=3 -DCRASHES=2 -DCANCELS=0 "-DWORLD=$world" -- -O2 -DSAFETY -DCOLLAPSE
	search "world-$world" -w26
	must_hold "world-$world"
	rm -rf "$work/world-$world"
	make_search "cancel-$world" -DTASKS=3 -DCRASHES=1 -DFAULTS=0 "-DWORLD=$world" -- -O2 -DSAFETY -DCOLLAPSE
	search "cancel-$world" -w26
	must_hold "cancel-$world"
	rm -rf "$work/cancel-$world"
	world=$((world + 1))
done
# All of it together, for two.
make_search all-2 -DTASKS=2 -DCRASHES=1 -- -O2 -DSAFETY -DCOLLAPSE
search all-2 -w26
must_hold all-2
echo "order, exactly once, nothing lost, nothing unproved, no deadlock: 3 tickets, 2 crashes or a cancel," \
    "$states states, most memory $most MB, $(($(date +%s) - begin)) s"

# Without a cycle every run comes to an end, and each end was looked at above.
make_search ends-2 -DTASKS=2 -DCRASHES=2 -DCANCELS=0 -- -O2 -DNP -DCOLLAPSE
search ends-2 -l -w26
must_hold ends-2
make_search ends-cancel -DTASKS=2 -DCRASHES=1 -- -O2 -DNP -DCOLLAPSE
search ends-cancel -l -w26
must_hold ends-cancel
make_search ends-3 -DTASKS=3 -DCRASHES=0 -DCANCELS=0 -- -O2 -DNP -DCOLLAPSE
search ends-3 -l -w26
must_hold ends-3

must_find 1 "a result is accepted before it is pinned"
must_find 2 "a ticket is told as landed before the upstream has it"
must_find 3 "a ticket is told as landed before the branch has it"
must_find 4 "recovery believes the trailers of a commit that is not on the list"
must_find 5 "recovery reads what landed before it has looked at the upstream"
must_find 6 "a red verdict on a tree that is not on the tip is final"
must_find 7 "a PASS of an older tree counts for the new one"
must_find 8 "the upstream is followed without the list of landings"
must_find 9 "a void that is not sent again: the line stands still"
must_find 10 "a ticket that is not sent again: the line stands still"
must_find 11 "a push without a lease"
must_find 12 "two tickets for one result"
must_find 13 "a commit that is pushed before it is on the list"
must_find 14 "candidates behind a red one are not made anew"
must_find 15 "a push before the first look at the upstream"
must_find 16 "the first look does not see that commits of ours are there"
must_find 17 "a void that is told and not durable"
must_find 18 "what is under way is made void"
must_reach 1 "a ticket that is sent again is void"
must_reach 2 "what is cancelled has landed"
must_reach 3 "what is to be void is void"
must_reach 4 "what is cancelled is verified"
must_reach 5 "what is cancelled is proved"
must_reach 6 "what is cancelled is under way"
must_reach 7 "what was under way comes back and is void"
must_reach 8 "the first look sees that the upstream is ahead"
echo "18 planted bugs found, 8 places reached, $(($(date +%s) - begin)) s in all"
