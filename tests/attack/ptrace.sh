#!/bin/sh
# Takes over the sandbox's first process, or a descriptor of it, and lets go the
# slot's lock.
. "$(dirname "$0")/lib.sh" <<'AGENT'
cat >/tmp/attack.pl <<'PERL'
use strict; use POSIX ();
my %trace = ("x86_64" => 101, "aarch64" => 117);
my $machine = (POSIX::uname())[4];
sub told { print "attack: ", $_[1] ? "done" : "refused", ": $_[0]\n"; }
# PTRACE_SEIZE, then PTRACE_ATTACH.
for my $how (0x4206, 16) {
	my $result = defined $trace{$machine} ? syscall($trace{$machine}, $how, 1, 0, 0) : -1;
	told("ptrace $how", $result == 0 && $how == 0x4206 && open(my $memory, "+<", "/proc/1/mem") && sysseek($memory, 0, 0) && 0);
	# Held or not, it must not have a file of the host to give.
}
my $process = syscall(434, 1, 0);
for my $fd (0 .. 40) {
	my $copy = $process < 0 ? -1 : syscall(438, $process, $fd, 0);
	next if $copy < 0;
	my $name = readlink("/proc/self/fd/$copy");
	told("descriptor $fd is $name", $name =~ m{^/} && $name !~ m{^/(dev|memfd)});
	if (open(my $file, "+<&=", $copy)) { told("flock $fd", $name =~ m{^/} && $name !~ m{^/(dev|memfd)} && flock($file, 8)); }
}
PERL
perl /tmp/attack.pl
echo "attack: refused: all else"
AGENT
attack
