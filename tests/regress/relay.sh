#!/bin/sh
# With 'network: {allow: [...]}' an agent reaches what is named, by its own name and port, and
# nothing else; what went there and back is counted, and shown. A name that is not there, or
# does not take it, is refused.
. "$(dirname "$0")/lib.sh"
command -v node >/dev/null || skip "node is not installed"

new_repository "$work/repository"
chmod 711 "$work"
mkdir "$work/sockets"
node "$sources/tests/regress/relay_server.js" "$work/port" "$work/sockets/server" >/dev/null 2>&1 &
server=$!
wait_until 20 test -s "$work/port" || fail "no server"
port=$(cat "$work/port")
undo() { kill $server 2>/dev/null || :; }

cat >"$work/agent.sh" <<'END'
cat >/tmp/client.pl <<'PERL'
use Socket;
# WHERE TEXT: sends it, ends its half, prints what comes back.
my ($where, $text) = @ARGV;
my ($host, $port) = $where =~ /^([^\/]*):(\d+)$/;
my $address = $host ? pack_sockaddr_in($port, inet_aton($host) || die "no address\n") : pack_sockaddr_un($where);
socket(my $socket, $host ? AF_INET : AF_UNIX, SOCK_STREAM, 0) or die;
connect($socket, $address) or die "connect: $!\n";
syswrite($socket, $text);
shutdown($socket, 1);
my ($bytes, $all) = ("", 0);
while (my $len = sysread($socket, my $part, 65536)) { $all += $len; $bytes .= $part if $all < 100 }
print $all < 100 ? $bytes : $all, "\n";
PERL
client() { perl /tmp/client.pl "$@" 2>&1; }
{
	client "localhost:$PORT" hello
	client "localhost:$PORT" "big 3000000"
	client "/run/named.sock" socket
	client "no-such-name.invalid:$PORT" x
	client "127.0.0.1:$CLOSED" x
	client "other.invalid:$CLOSED" x
	for i in 1 2 3; do client "localhost:$PORT" again & done
	wait
} >answers
getent hosts no-such-name.invalid other.invalid >names
grep -c : /proc/net/dev >devices
END
closed=1
while grep -q ":$(printf %04X $closed) " /proc/net/tcp; do closed=$((closed + 1)); done
cat >"$work/orch.yaml" <<END
projects:
  run:
    verify: "! (exec 3<>/dev/tcp/127.0.0.1/1) 2>/dev/null"
    network: {allow: ["localhost:$port", "unix:$work/sockets/server", "no-such-name.invalid:$port", "other.invalid:$port", "localhost:$closed"]}
END
sed "s|\"/run/named.sock\"|\"$work/sockets/server\"|" "$work/agent.sh" >"$work/agent"
{
	say "tasks:"
	say "  - id: net"
	say "    title: Net"
	say "    env: {PORT: '$port', CLOSED: '$closed'}"
	say "    command: [sh]"
	say "    prompt: |"
	sed 's/^/      /' "$work/agent"
} >"$work/tasks.yaml"
orch 0 -c "$work/orch.yaml" --keep -j 1 "$work/tasks.yaml"
line_of() { in_repository show main:answers | sed -n "$1p"; }
equal "its answer" HELLO "$(line_of 1)"
equal "much of it" 3000000 "$(line_of 2)"
equal "by a Unix socket" SOCKET "$(line_of 3)"
case $(line_of 4) in "connect: "*|"") ;; *) fail "a name that is not there: $(line_of 4)" ;; esac
case $(line_of 5) in "connect: "*|"") ;; *) fail "a port where nobody listens: $(line_of 5)" ;; esac
equal "a port that is not named" "connect: Connection refused" "$(line_of 6)"
equal "three more" "AGAIN AGAIN AGAIN" "$(line_of 7,9 | paste -sd ' ')"
equal "names" "127.0.0.2 127.0.0.3" "$(in_repository show main:names | awk '{ print $1 }' | paste -sd ' ')"
equal "devices" 1 "$(in_repository show main:devices)"
ok "what is named is reached, and nothing else"
nothing_left

# A service shows what was counted; the path of the socket is one that a sandbox hides.
git clone -q --bare "$work/repository" "$work/up.git"
cat >"$work/orch.yaml" <<END
state: $work/state-service
runtime: $work/run/orch
projects:
  p:
    upstream: $work/up.git
    branch: main
    verify: none
    network: {allow: ["localhost:$port", "unix:$work/sockets/server", "localhost:$closed"]}
END
{
	say "PORT=$port"
	sed "/^{/,\$d; s|/tmp/client|./client|" "$work/agent"
	say 'perl ./client.pl "localhost:$PORT" hello >one; perl ./client.pl "localhost:$PORT" "big 10000" >two'
	say "perl ./client.pl $work/sockets/server abc >three; perl ./client.pl localhost:$closed x; rm ./client.pl"
} >"$work/counted.sh"
start_service
ctl 0 add --id counted --prompt "$(cat "$work/counted.sh")" -- sh
ctl 0 wait counted
ctl 0 show counted
has "$work/out" DESTINATION
row() { awk -v at="$1" '$2 == at { print $3, $4, $5, $6 }' "$work/out"; }
equal "counted" "2 - 14 10005" "$(row "localhost:$port")"
equal "counted of the socket" "1 - 3 3" "$(row "unix:$work/sockets/server")"
equal "counted as refused" "- 1 - -" "$(row "localhost:$closed")"
ctl 0 --json show counted
grep -Eq '"received": *10005' "$work/out" || fail "not in the JSON"
ok "what went there and back is shown"

# It ends with its run, however that ends.
ctl 0 add --id stopped --prompt p -- sh -c "touch /workspace/begun; sleep 1000"
relays() { pids_of ' --relay '; }
runs() { [ -n "$(relays)" ]; }
wait_until 20 runs || fail "there is no relay"
ctl 0 cancel stopped
wait_until 20 sh -c "! orchctl --socket '$socket' --json show stopped | grep -q '\"state\": *\"RUNNING\"'" || fail "not stopped"
ended() { [ -z "$(relays)" ]; }
wait_until 20 ended || fail "a relay is left"
stop_service
nothing_left
ok "it ends with its run"

# What is no destination is refused before anything runs.
for entry in '[]' '[example.org]' '["example.org:0"]' '["example.org:70000"]' '["unix:relative"]' \
    '["unix:/a/../b"]' '["::1:80"]' '["a:1", "a:1"]' '["a b:1"]'; do
	say "projects: {run: {verify: none, network: {allow: $entry}}}" >"$work/bad.yaml"
	orch 2 -c "$work/bad.yaml" "$work/tasks.yaml"
	has "$work/err" "network.allow"
done
say "projects: {run: {verify: none, network: {}}}" >"$work/bad.yaml"
orch 2 -c "$work/bad.yaml" "$work/tasks.yaml"
ok "what is no destination is refused"
