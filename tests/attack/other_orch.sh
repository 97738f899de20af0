#!/bin/sh
# Another orch of the same user: its control socket, its database and what lies in its
# outbox; and the user's own files, in a HOME that does not lie below /home.
. "$(dirname "$0")/lib.sh" <<'AGENT'
place=${OUTSIDE%/outside}
for folder in "$place/xdg/orch" "$place/home/.local/state/orch"; do
	try 'the socket by its path' test -S "$folder/orchd.sock"
	try 'a connection' perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Peer => $ARGV[0]) or exit 1' "$folder/orchd.sock"
	try 'the database' cat "$folder/run/1234/orch.db"
	shell 'writing the database' "echo x >>'$folder/run/1234/orch.db'"
	try 'what lies in an outbox' cat "$folder/run/1234/slots/0/outbox/pack"
	shell 'writing to an outbox' "echo x >'$folder/run/1234/slots/0/outbox/pack'"
done
try 'a key' cat "$place/home/.ssh/id"
shell 'any file of the user' "find '$place/home' -type f ! -path '*/bin/*' | grep ."
try 'a program of the PATH' sh -c '! only_in_home'
AGENT
environment() { say "XDG_STATE_HOME=$place/xdg PATH=$place/home/bin:$PATH"; }
listeners=
prepare() {
	mkdir -p "$place/home/.ssh" "$place/home/bin"
	say secret >"$place/home/.ssh/id"
	printf '#!/bin/sh\n' >"$place/home/bin/only_in_home"
	chmod 755 "$place/home/bin/only_in_home"
	for folder in "$place/xdg/orch" "$place/home/.local/state/orch"; do
		mkdir -p "$folder/run/1234/slots/0/outbox"
		say rows >"$folder/run/1234/orch.db"
		say pack >"$folder/run/1234/slots/0/outbox/pack"
		perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 1) or die; sleep 300' "$folder/orchd.sock" &
		listeners="$listeners $!"
		children="$children $!"
		wait_until 10 test -S "$folder/orchd.sock" || fail "nobody listens"
	done
}
look() {
	# shellcheck disable=SC2086
	kill $listeners
	listeners= children=
	equal "the other's database" "rows rows" "$(cat "$place"/xdg/orch/run/1234/orch.db "$place"/home/.local/state/orch/run/1234/orch.db | xargs)"
}
attack
