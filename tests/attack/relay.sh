#!/bin/sh
# With named destinations nothing else of the host can be reached, neither another port of
# its loopback nor an abstract socket; and however many connections an agent makes, and
# whether it reads from them or not, few are made for it at once, and the next one works.
. "$(dirname "$0")/lib.sh" <<'AGENT'
cat >/tmp/attack.pl <<'PERL'
use Socket; use Fcntl;
sub reach { my ($what, $family, $address) = @_;
	socket(my $socket, $family, SOCK_STREAM, 0) or return print "attack: refused: $what\n";
	local $SIG{ALRM} = sub { die "late\n" };
	my $good = eval { alarm 3; my $r = connect($socket, $address); alarm 0; $r };
	print "attack: ", $good ? "done" : "refused", ": $what\n"; }
sub inet { pack_sockaddr_in($_[1], inet_aton($_[0])) }
reach("another port of the host's loopback", AF_INET, inet("127.0.0.1", $ENV{OTHER}));
reach("at another address of it", AF_INET, inet("127.0.0.2", $ENV{OTHER}));
reach("the named port at another address", AF_INET, inet("127.0.0.3", $ENV{PORT}));
reach("the world", AF_INET, inet("192.0.2.1", 80));
reach("an abstract socket of the host", AF_UNIX, pack_sockaddr_un("\0$ENV{ABSTRACT}"));
open(my $list, "<", "/proc/net/dev"); my @devices = grep { /:/ && !/^\s*lo:/ } <$list>;
print "attack: ", @devices ? "done" : "refused", ": another device than lo\n";
# Much is asked for and nothing read; some end their half, some say nothing.
my @held;
for my $i (1 .. 600) {
	socket(my $socket, AF_INET, SOCK_STREAM, 0) or last;
	fcntl($socket, F_SETFL, O_NONBLOCK);
	connect($socket, inet("127.0.0.1", $ENV{PORT}));
	push @held, $socket;
}
select(undef, undef, undef, 0.5);
for my $i (0 .. $#held) { next if $i % 3 == 2; syswrite($held[$i], "big 4000000"); shutdown($held[$i], 1) if $i % 3 == 0 }
select(undef, undef, undef, 0.5);
close $_ for @held;
my $answer = "";
for (1 .. 20) {
	socket(my $socket, AF_INET, SOCK_STREAM, 0) or die;
	connect($socket, inet("127.0.0.1", $ENV{PORT})) or next;
	syswrite($socket, "still"); shutdown($socket, 1);
	sysread($socket, $answer, 10);
	last if $answer eq "STILL";
}
print "attack: ", $answer eq "STILL" ? "refused" : "done", ": a flood keeps others away\n";
PERL
ulimit -n 2000
perl /tmp/attack.pl || exit 1
AGENT
command -v node >/dev/null || skip "node is not installed"
undo() { [ -z "${servers:-}" ] || kill $servers 2>/dev/null || :; }
node -e 'const net = require("net"), fs = require("fs"); let now = 0, most = 0;
    const named = net.createServer({ allowHalfOpen: true }, (s) => {
	most = Math.max(most, ++now); fs.writeFileSync(process.argv[1] + ".most", String(most));
	let text = ""; s.on("data", (d) => { text += d; }); s.on("error", () => {}); s.on("close", () => now--);
	s.on("end", () => s.end(text.startsWith("big") ? Buffer.alloc(4000000) : text.toUpperCase())); });
    const other = net.createServer((s) => s.end());
    other.listen(0, "0.0.0.0", () => named.listen(0, "127.0.0.1", () => {
	fs.writeFileSync(process.argv[1] + ".new", named.address().port + " " + other.address().port);
	fs.renameSync(process.argv[1] + ".new", process.argv[1]); }))' "$work/ports" >/dev/null 2>&1 &
servers=$!
abstract=orch-relay-$$
perl -e 'use Socket; socket(my $s, AF_UNIX, SOCK_STREAM, 0); bind($s, pack_sockaddr_un("\0$ARGV[0]")) or die;
    listen($s, 5); open(my $f, ">", $ARGV[1]); close $f; while (accept(my $c, $s)) { close $c }' \
    "$abstract" "$work/listens" &
servers="$servers $!"
wait_until 20 test -s "$work/ports" || fail "no server"
wait_until 20 test -e "$work/listens" || fail "no abstract socket"
read -r port other <"$work/ports" || :
prepare() {
	sed -i '/^  run:/d' "$place/orch.yaml"
	cat >>"$place/orch.yaml" <<-END
	  run: {workspace: $kind, verify: test -e base, retries: {failed: 0}, network: {allow: ["127.0.0.1:$port"]}}
	END
	sed -i '/^PORT=/d' "$work/agent"
	sed -i "1i PORT=$port OTHER=$other ABSTRACT=$abstract; export PORT OTHER ABSTRACT" "$work/agent"
}
look() {
	most=$(cat "$work/ports.most")
	[ "$most" -le 128 ] || fail "$most connections at once reached the server"
}
attack
