#!/bin/sh
# The second fence: what changes files is refused outside of the workspace, HOME, /tmp and
# devices even where a mount would let it pass, and so is an abstract socket of the host's,
# which shares its network. What an agent needs works.
. "$(dirname "$0")/lib.sh" <<'AGENT'
shell 'a file in a place that can be written but by the fence' 'echo x >/run/file'
shell 'a folder there' 'mkdir /run/folder'
shell 'beside what is bound there' 'echo x >/run/orch/file'
try 'a link there' ln -s /tmp /run/link
try 'a link out of the workspace' ln /workspace/base /run/base
try 'a file moved there' mv /workspace/base /run/base
try 'a device in the workspace' mknod /workspace/device c 1 3
cat >/tmp/attack.pl <<'PERL'
use Socket;
socket(my $socket, AF_UNIX, SOCK_STREAM, 0) or die;
my $good = connect($socket, pack_sockaddr_un("\0$ENV{ABSTRACT}"));
print "attack: ", $good ? "done" : "refused ($!)", ": an abstract socket of the host\n";
# One of its own.
socket(my $server, AF_UNIX, SOCK_STREAM, 0) or die;
bind($server, pack_sockaddr_un("\0own-$$")) or die "bind: $!\n";
listen($server, 1) or die;
socket(my $client, AF_UNIX, SOCK_STREAM, 0) or die;
connect($client, pack_sockaddr_un("\0own-$$")) or die "its own abstract socket: $!\n";
PERL
perl /tmp/attack.pl || exit 1
set -e
# What has to work.
mkdir -p a/b c; echo x >a/b/file; mv a/b/file c/file; ln c/file c/other; ln -s other c/link; : >c/file
mkfifo a/fifo; rm -r a c
echo x >"$HOME/file"; mv "$HOME/file" /tmp/file; mv /tmp/file file; rm file
echo x >/dev/null; echo x >/dev/shm/file; rm /dev/shm/file; head -c 1 /dev/urandom >/dev/full || :
echo name >/proc/self/comm
sh -c 'kill -TERM $$' || :
sleep 30 & kill $!; wait $! || :
perl -e 'use Socket; socketpair(A, B, AF_UNIX, SOCK_STREAM, 0) or die; syswrite(A, "x") or die'
AGENT
version=$(orchctl doctor --state "$work/state" | sed -n 's/.*Landlock.*version \([0-9]*\).*/\1/p') || :
[ "${version:-0}" -ge 6 ] || skip "Landlock of this kernel has version ${version:-0}; 6 is needed"
undo() { [ -z "${server:-}" ] || kill "$server" 2>/dev/null || :; }
abstract=orch-fence-$$
perl -e 'use Socket; socket(my $s, AF_UNIX, SOCK_STREAM, 0); bind($s, pack_sockaddr_un("\0$ARGV[0]")) or die;
    listen($s, 5); open(my $f, ">", $ARGV[1]); close $f; while (accept(my $c, $s)) { close $c }' \
    "$abstract" "$work/listens" &
server=$!
wait_until 20 test -e "$work/listens" || fail "no server"
prepare() { sed -i "1i ABSTRACT=$abstract; export ABSTRACT" "$work/agent"; }
attack
