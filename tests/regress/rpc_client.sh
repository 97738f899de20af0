#!/bin/sh
# Any MessagePack-RPC client can talk to the supervisor: here one from npm that
# sends params as an array of one map, which is how such libraries do it.
set -eu
command -v npm >/dev/null && command -v node >/dev/null || { echo "skipped: no node and npm"; exit 77; }
build=${ORCH_BUILD:-$(cd "$(dirname "$0")/../.." && pwd)/build}
source=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d /tmp/orch-test.XXXXXX)
daemon=
trap 'if [ -n "$daemon" ]; then kill "$daemon" 2>/dev/null; wait "$daemon" 2>/dev/null || :; fi; rm -rf "$work"' EXIT
cp "$source"/tests/rpc/package.json "$source"/tests/rpc/package-lock.json "$work"
(cd "$work" && npm ci --no-audit --no-fund --ignore-scripts >npm.log 2>&1) || {
	echo "skipped: npm cannot install the client: $(tail -n 1 "$work/npm.log")"
	exit 77
}
git init -q -b main "$work/seed"
git -C "$work/seed" -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m start
git clone -q --bare "$work/seed" "$work/up.git"
cat >"$work/orch.yaml" <<Y
version: 1
slots: 1
state: $work/state
runtime: $work/run
projects:
  p: {upstream: $work/up.git, branch: main, verify: none}
Y
"$build/bin/orchd" -c "$work/orch.yaml" 2>"$work/orchd.log" &
daemon=$!
tries=0
until [ -S "$work/run/orchd.sock" ]; do
	tries=$((tries + 1))
	[ $tries -lt 200 ] || { cat "$work/orchd.log"; exit 1; }
	sleep 0.05
done
timeout 60 node "$source/tests/rpc/client.js" "$work" "$work/run/orchd.sock" >"$work/out" || {
	cat "$work/out" "$work/orchd.log"
	exit 1
}
cat "$work/out"
grep -q '"id":"from-npm","state":"COMPLETE"' "$work/out"
grep -q '"wrong":"method"' "$work/out"
[ "$(git -C "$work/up.git" show main:hi.txt)" = hi ]
