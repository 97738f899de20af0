#!/bin/sh
# A million files.
. "$(dirname "$0")/limit_lib.sh" <<'AGENT'
perl -e 'for my $i (1 .. 1000000) { open(my $f, ">", "f$i") or die; close $f; }'
AGENT
limited disk
