#!/bin/sh
# With 'network: off' the host, its loopback and that of another slot cannot be reached;
# the own loopback works.
. "$(dirname "$0")/lib.sh" <<'AGENT'
cat >/tmp/attack.pl <<'PERL'
use Socket;
sub reach { my ($what, $host, $port) = @_;
	socket(my $socket, AF_INET, SOCK_STREAM, 0) or return print "attack: refused: $what\n";
	local $SIG{ALRM} = sub { die "late\n" };
	my $good = eval { alarm 3; my $r = connect($socket, pack_sockaddr_in($port, inet_aton($host))); alarm 0; $r };
	print "attack: ", $good ? "done" : "refused", ": $what\n"; }
reach("a port of the host's loopback", "127.0.0.1", $ENV{PORT});
reach("of another address of it", "127.0.0.2", $ENV{PORT});
reach("of the world", "192.0.2.1", 80);
open(my $list, "<", "/proc/net/dev"); my @devices = grep { /:/ && !/^\s*lo:/ } <$list>;
print "attack: ", @devices ? "done" : "refused", ": another device than lo\n";
# Its own.
socket(my $server, AF_INET, SOCK_STREAM, 0); bind($server, pack_sockaddr_in(0, INADDR_LOOPBACK)) or die;
listen($server, 1); my ($port) = unpack_sockaddr_in(getsockname($server));
socket(my $client, AF_INET, SOCK_STREAM, 0);
connect($client, pack_sockaddr_in($port, INADDR_LOOPBACK)) or die "the own loopback does not work\n";
print "attack: refused: (the own loopback works)\n";
PERL
perl /tmp/attack.pl || exit 1
AGENT
command -v node >/dev/null || skip "node is not installed"
undo() { [ -z "${server:-}" ] || kill "$server" 2>/dev/null || :; }
node -e 'const s = require("net").createServer(c => c.end()); s.listen(0, "0.0.0.0", () =>
    require("fs").writeFileSync(process.argv[1], String(s.address().port)))' "$work/port" >/dev/null 2>&1 &
server=$!
wait_until 20 test -s "$work/port" || fail "no server"
port=$(cat "$work/port")
# It listens where the agents would reach it with a network.
prepare() {
	printf '  run: {workspace: %s, verify: test -e base, retries: {failed: 0}, network: off}\n' "$kind" |
	    cat - >"$place/project"
	sed -i '/^  run:/d' "$place/orch.yaml"
	cat "$place/project" >>"$place/orch.yaml"
	sed -i "1i PORT=$port; export PORT" "$work/agent"
}
attack
