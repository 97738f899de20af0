#!/bin/sh
# A worker on another machine, which is this one by way of ssh: all that it does over a pipe it
# does through an sshd that the test starts, on loopback, with keys of its own.
. "$(dirname "$0")/lib.sh"
command -v ssh >/dev/null && command -v ssh-keygen >/dev/null || skip "ssh is not installed"
sshd=$(PATH=$PATH:/usr/sbin command -v sshd) || sshd=$sources/build/sshd/usr/sbin/sshd
[ -x "$sshd" ] || skip "sshd is not installed"
! ldd "$sshd" | grep "not found" || skip "sshd lacks a library"
everything=$build/tests/process/test_worker_stdio
[ -x "$everything" ] || fail "$everything is not built"

for key in host person; do
	ssh-keygen -q -t ed25519 -N '' -f "$work/$key"
done
cp "$work/person.pub" "$work/authorized"
cat >"$work/sshd.conf" <<END
ListenAddress 127.0.0.1
HostKey $work/host
AuthorizedKeysFile $work/authorized
AuthenticationMethods publickey
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PidFile none
PermitUserRC no
DisableForwarding yes
AcceptEnv ASAN_OPTIONS
END

# As root sshd wants a folder, and a user that only its package makes: they are there in a
# mount namespace of its own, and so is an account without a password that would lock it.
# shellcheck disable=SC2016
in_own_place='
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -m 755 /run/sshd
grep -v ^sshd: /etc/passwd >"$1/passwd"
echo "sshd:x:$(id -u nobody):$(id -g nobody)::/run/sshd:/bin/false" >>"$1/passwd"
echo "root:*:19000:0:99999:7:::" >"$1/shadow"
mount --bind "$1/passwd" /etc/passwd
mount --bind "$1/shadow" /etc/shadow
shift
exec "$@"'

# start PORT: an sshd there, or not.
start() {
	: >"$work/log"
	if [ "$(id -u)" = 0 ]; then
		unshare -m sh -ec "$in_own_place" sh "$work" "$sshd" -D -e -f "$work/sshd.conf" -p "$1" \
		    2>"$work/log" &
	else
		"$sshd" -D -e -f "$work/sshd.conf" -p "$1" 2>"$work/log" &
	fi
	daemon=$!
	children=$daemon
	wait_until 20 started && grep -q "Server listening" "$work/log"
}
started() { grep -q "Server listening" "$work/log" || ! kill -0 "$daemon" 2>/dev/null; }

[ "$(id -u)" != 0 ] || unshare -m true 2>/dev/null || skip "as root it needs a mount namespace"
port=
for try in 1 2 3 4 5 6 7 8; do
	port=$((20000 + ($$ * 8 + try) % 20000))
	! start $port || break
	port=
done
[ -n "$port" ] || fail "sshd does not start: $(cat "$work/log")"
ok "sshd listens"

say "[127.0.0.1]:$port $(cut -d ' ' -f 1,2 "$work/host.pub")" >"$work/known"
cat >"$work/ssh.conf" <<END
Host far
	HostName 127.0.0.1
	Port $port
	User $(id -un)
	IdentityFile $work/person
	IdentitiesOnly yes
	IdentityAgent none
	BatchMode yes
	RequestTTY no
	StrictHostKeyChecking yes
	UserKnownHostsFile $work/known
	GlobalKnownHostsFile /dev/null
	LogLevel ERROR
	SetEnv ASAN_OPTIONS=${ASAN_OPTIONS:-}
END
expect 0 ssh -F "$work/ssh.conf" far "id -u"
equal "who works there" "$(id -u)" "$(cat "$work/out")"

ORCH_TEST_LAUNCHER="ssh -F $work/ssh.conf far"
export ORCH_TEST_LAUNCHER
limit_seconds=280 expect 0 "$everything"
grep -q "PASSED" "$work/err" || fail "nothing was tested: $(cat "$work/err")"
ok "$(cat "$work/out" "$work/err" | grep -c " OK ") tests over ssh"
[ "$(grep -c "Accepted publickey" "$work/log")" -gt 10 ] || fail "they did not go through our sshd"

kill "$daemon"
wait "$daemon" || :
children=
nothing_left
ok "nothing is left"
