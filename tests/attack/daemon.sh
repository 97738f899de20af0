#!/bin/sh
# A daemon that calls setsid twice and ignores every signal it can: gone with the agent, and
# what it writes later comes nowhere.
. "$(dirname "$0")/lib.sh" <<'AGENT'
cat >/tmp/daemon.pl <<'PERL'
use POSIX ();
exit if fork; POSIX::setsid(); exit if fork; POSIX::setsid(); exit if fork;
for (keys %SIG) { $SIG{$_} = 'IGNORE' unless /^(KILL|STOP|NUM|__)/; }
open(STDIN, "<", "/dev/null"); open(STDOUT, ">", "/dev/null"); open(STDERR, ">", "/dev/null");
open(my $ready, ">", "/workspace/ready"); close $ready;
while (1) { if (open(my $file, ">>", "/workspace/result")) { print $file "later\n"; close $file; }
	select undef, undef, undef, 0.01; }
PERL
perl /tmp/daemon.pl
until [ -e ready ]; do sleep 0.02; done
planted 'a daemon'
AGENT
look() {
	! grep -lsa "/tmp/[d]aemon.pl" /proc/[0-9]*/cmdline | grep -v "/self/\|/$$/" || told "the daemon lives on"
}
# The daemon's lines may be in it, or not: what counts is that the branch is as it was collected.
after='rm -f result; echo result >result; echo after >after; echo changed >folder/other'
attack
