#!/bin/sh
# 4 GB of memory, in one process that ignores what it is told.
. "$(dirname "$0")/limit_lib.sh" <<'AGENT'
cat >/tmp/memory.pl <<'PERL'
$SIG{$_} = 'IGNORE' for qw(TERM INT HUP); my @a;
for (1 .. 4096) { push @a, "x" x (1 << 20); select undef, undef, undef, 0.002; } sleep 60;
PERL
perl /tmp/memory.pl
AGENT
limited memory
