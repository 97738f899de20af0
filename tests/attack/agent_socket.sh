#!/bin/sh
# The agent's own socket: messages that are others' to say, garbage, lengths that lie, a text
# that never ends, more connections than there may be, requests as fast as it can without
# reading an answer, and more of each than an attempt may ask for.
. "$(dirname "$0")/lib.sh" <<'AGENT'
cat >/tmp/attack.pl <<'PERL'
use IO::Socket::UNIX;
use Socket;
sub text { my ($t) = @_; return length $t < 32 ? chr(0xa0 | length $t) . $t : "\xda" . pack("n", length $t) . $t; }
sub map_of { my @p = @_; return chr(0x80 | @p / 2) . join "", @p; }
sub request { my ($id, $method, $params) = @_; return "\x94\x00\xce" . pack("N", $id) . text($method) . $params; }
sub notification { my ($method, $params) = @_; return "\x93\x02" . text($method) . $params; }
sub hello { my ($role) = @_; return request(1, "hello", map_of(text("version"), "\x01", text("role"), text($role))); }
sub open_it { my ($role) = @_;
	my $s = IO::Socket::UNIX->new(Peer => $ENV{ORCH_SOCKET}) or return;
	$s->autoflush(1);
	if ($role) { print $s hello($role); sysread $s, my $b, 4096; }
	return $s; }
sub answer { my ($s) = @_; my $b = ""; my $in = ""; vec($in, fileno($s), 1) = 1;
	return "silence" unless select($in, undef, undef, 10);
	sysread($s, $b, 65536) or return "closed"; return $b; }
sub verdict { my ($what, $good) = @_; print "attack: ", $good ? "refused" : "done", ": $what\n"; }
$SIG{PIPE} = "IGNORE";

# What only others may say.
for my $method ("task.add", "task.approve", "task.list", "slot.debug", "supervisor.stop", "job.start", "worker.leave",
    "worker.look", "job.answer", "job.result", "project.open", "ticket.void", "status", "no.such") {
	my $s = open_it("agent");
	print $s request(2, $method, map_of(text("attempt"), "\x01", text("fence"), "\x01", text("task"), text("attack")));
	my $b = answer($s);
	verdict("$method as a request", $b eq "closed" || $b =~ /permission|method|protocol/);
	my $n = open_it("agent");
	print $n notification($method, map_of(text("attempt"), "\x01", text("fence"), "\x01"));
	verdict("$method as a notification", answer($n) eq "closed");
}
for my $role ("supervisor", "client", "commitd", "worker") {
	my $s = open_it($role);
	print $s request(2, "task.list", map_of());
	my $b = answer($s);
	verdict("task.list as a $role", $b eq "closed" || $b =~ /permission/);
}
my $s = open_it();
print $s request(2, "agent.blocked", map_of(text("why"), text("x")));
my $b = answer($s);
verdict("without hello", $b eq "closed" || $b =~ /protocol/);

# What is no message, or never ends.
for my $bytes ("\xc1", "\xdd\xff\xff\xff\xff", "\x91" x 5000, "GET / HTTP/1.1\r\n\r\n", "\x01" x 1000) {
	my $s = open_it("agent");
	print $s $bytes;
	verdict("garbage", answer($s) eq "closed");
}
my $long = open_it("agent");
print $long "\x94\x00\x02" . text("agent.progress") . "\x81" . text("text") . "\xdb\x01\xff\xff\xff";
for (1 .. 400) { last unless print $long "x" x 65536; }
verdict("a text of 32 MiB", answer($long) eq "closed");

# More connections than there may be: those that are too many wait for their turn.
my @many = map { IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => $ENV{ORCH_SOCKET}, Timeout => 1) } 1 .. 200;
verdict("200 connections", 1);
undef @many;

# As fast as it can, and no answer read: it is held, and all else goes on.
my $fast = IO::Socket::UNIX->new(Peer => $ENV{ORCH_SOCKET});
$fast->blocking(0);
syswrite $fast, hello("agent");
my ($sent, $one) = (0, request(7, "agent.progress", map_of(text("text"), text("y" x 8000))));
my $end = time + 3;
while (time < $end) { my $n = syswrite $fast, $one; if ($n) { $sent += $n } else { select undef, undef, undef, 0.01 } }
verdict("held to what is answered", $sent < 8000 * 20 * 60);
close $fast;

# More than an attempt may ask for.
my ($flood, $written) = (open_it("agent"), 0);
while ($written < 200000) { last unless print $flood request(2, "task.list", map_of()); $written++; }
verdict("what it may not, again and again, no answer read", $written < 200000);

my $finds = 0;
my $find = open_it("agent");
for my $i (1 .. 30) {
	print $find request($i, "agent.discover", map_of(text("task"), "\x91" . map_of(text("title"), text("found $i"))));
	$finds++ if answer($find) !~ /invalid|too-large/;
}
verdict("more tasks than one may find", $finds <= 20);
my $asks = open_it("agent");
my $refused = 0;
for my $i (1 .. 600) {
	print $asks request($i, "agent.ask", map_of(text("question"), text("question $i?")));
	my $b = answer($asks);
	$refused++ if $b =~ /too-large/;
}
verdict("more questions than a task may have", $refused >= 580);
PERL
perl /tmp/attack.pl
AGENT
# Tasks that it finds are for this agent, and wait for a person.
prepare() {
	sed -i "s/workspace:/agent: a, workspace:/" "$place/orch.yaml"
	say "agents: {a: {command: [sh]}}" >>"$place/orch.yaml"
}
ends=1
look() {
	equal "found" 20 "$(grep -c '^found-.*AWAITING_APPROVAL' "$place/out")"
	equal "landed" result "$(as git -C "$place/$upstream" show main:result)"
	equal "landed afterwards" after "$(as git -C "$place/$upstream" show main:after)"
}
attack
