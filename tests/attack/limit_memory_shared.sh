#!/bin/sh
# 1 GB of memory that processes share, which no file has.
. "$(dirname "$0")/limit_lib.sh" <<'AGENT'
cat >/tmp/shared.pl <<'PERL'
# mmap(NULL, 1 GB, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0).
my $address = syscall(9, 0, 1 << 30, 3, 0x21, -1, 0);
exit 4 if $address == -1;
# read(2) into it touches its pages.
open(my $zero, "<", "/dev/zero");
for my $i (0 .. 1023) { syscall(0, fileno($zero), $address + ($i << 20), 1 << 20); select undef, undef, undef, 0.002; }
sleep 30;
PERL
[ "$(uname -m)" = x86_64 ] || { sleep 1; perl -e 'my $a = "x" x (1 << 30); sleep 30'; exit; }
perl /tmp/shared.pl
AGENT
limited memory
