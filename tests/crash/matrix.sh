#!/bin/sh
# matrix.sh [EVERY]: orch-commitd is killed at each call that changes something of an
# import of packs and one of plain files, a landing, a landing with a push, one that somebody
# else overtakes, a red verdict and a conflict, a recovery and a first opening, and each of
# these calls fails once with EIO and once with ENOSPC; so do the calls of
# the git programs that it runs. After each it is started again as the supervisor
# would, and looked at: order, exactly once, trailers, content, locks, quarantine,
# fsck. EVERY: every so manyth place of each fault only. PARTS='push recovery': these
# scenarios only. ORCH_TEST_KEEP=1 stops each at its first failure and leaves the folders.
# Nothing here asks what survives a loss of power: memory is quicker than a disk.
[ ! -w /dev/shm ] || ORCH_TEST_TMP=${ORCH_TEST_TMP:-/dev/shm}
. "$(dirname "$0")/../regress/lib.sh"
. "$(dirname "$0")/lib.sh"
matrix=$build/tests/crash/crash_matrix
TMPDIR=$work
export TMPDIR

# Half of the time a part only waits, for a pause before the next try.
parts=${PARTS:-push-programs overtaken-programs overtaken push conflict-programs conflict \
    land-programs land import-programs import import-files recovery open}

[ -x "$matrix" ] || fail "not built: $matrix"
prove_injection
[ "$(id -u)" = 0 ] || say "not root: the trees of the tip are not mounted and compared"
say "$parts" | tr ' ' '\n' |
    xargs -P "${JOBS:-$(($(nproc) * 2))}" -n 1 "$matrix" -e "${1:-1}" 2>"$work/log" | tee "$work/out" || :
grep -E '^[a-z-]+: [0-9]+ points, [0-9]+ failures' "$work/out" |
    awk '{ parts++; points += $2; failures += $4 }
	END { print points + 0 " points, " failures + 0 " failures in " parts + 0 " scenarios"; exit failures > 0 || parts == 0 }' ||
    { tail -n 40 "$work/log"; fail "see above"; }
# One that could not begin prints no line.
equal "scenarios" "$(say "$parts" | wc -w)" "$(grep -cE '^[a-z-]+: [0-9]+ points' "$work/out")"
