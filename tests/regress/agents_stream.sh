#!/bin/sh
# pi repeats its answer with each piece of it: 20 kB become 18 MB of output. It is read to
# the end, and what only repeats is not stored.
. "$(dirname "$0")/lib.sh"
. "$sources/tests/agents/lib.sh"
install_agent pi
start_model
configure
new_repository "$work/repository"
long=$(head -c 20000 /dev/zero | tr '\0' x)
task long pi "append the line one to file notes.txt
say $long"
run 0
log=$state/logs/long/1.log
equal "what it did" one "$(in_repository show main:notes.txt)"
size=$(wc -c <"$log")
[ "$size" -lt 400000 ] || fail "$size bytes of output are stored"
[ "$size" -gt 20000 ] || fail "only $size bytes of output are stored"
grep -q '"type":"agent_end"' "$log" || fail "the end of the stream is not there"
! grep -q '"type":"message_update"' "$log" || fail "what only repeats is stored"
nothing_left
ok "$size bytes stored"
