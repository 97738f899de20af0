#!/bin/sh
# 1 GB of disk in files that have no name any more, and that it keeps open.
. "$(dirname "$0")/limit_lib.sh" <<'AGENT'
cat >/tmp/nameless.pl <<'PERL'
my @files;
for my $i (1 .. 30) { open(my $file, ">", "/workspace/f$i") or exit 3; unlink "/workspace/f$i"; push @files, $file;
	for (1 .. 34) { syswrite($file, "x" x (1 << 20)); } }
sleep 30;
PERL
perl /tmp/nameless.pl
AGENT
limited disk
