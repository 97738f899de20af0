#!/bin/sh
# Sockets of orch and of the machine: by path, in the abstract space, and those
# in /proc/net/unix.
. "$(dirname "$0")/lib.sh" <<'AGENT'
cat >/tmp/attack.pl <<'PERL'
use Socket;
sub reach { my ($name) = @_;
	socket(my $socket, AF_UNIX, SOCK_STREAM, 0) or return;
	print "attack: ", connect($socket, pack_sockaddr_un($name)) ? "done" : "refused", ": ", $name =~ s/^\0/@/r, "\n"; }
reach($ENV{SOCKET});
reach($_) for glob("$ENV{STATE}/*.sock $ENV{STATE}/*/*.sock");
open(my $list, "<", "/proc/net/unix");
while (<$list>) { my $name = (split)[7]; reach($name =~ s/^@/\0/r) if defined $name && $name =~ /orch/; }
PERL
perl /tmp/attack.pl
try 'the socket by its path' test -S "$SOCKET"
AGENT
attack
