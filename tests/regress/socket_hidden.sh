#!/bin/sh
# An agent does not see the control socket of its supervisor, wherever that is.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
runtime=$(mktemp -d /var/tmp/orch-run.XXXXXX)
cat >"$work/orch.yaml" <<END
state: $state
runtime: $runtime
projects:
  p: {upstream: $work/repository, branch: main, verify: none}
END
git -C "$work/repository" checkout -q --detach
orchd -c "$work/orch.yaml" >"$work/log" 2>&1 &
daemon=$!
children=$daemon
wait_until 30 test -S "$runtime/orchd.sock"
orchctl -s "$runtime/orchd.sock" add --id look --prompt p -- sh -c \
    "ls -a '$runtime' >seen 2>&1; ls /var/tmp >>seen; [ ! -S '$runtime/orchd.sock' ] && echo hidden >>seen" >/dev/null
orchctl -s "$runtime/orchd.sock" wait look >/dev/null || { cat "$work/log"; fail "the task has not landed"; }
has_line() { in_repository show main:seen | grep -qx "$1"; }
has_line hidden || { in_repository show main:seen; fail "the agent sees the socket"; }
orchctl -s "$runtime/orchd.sock" stop >/dev/null
wait $daemon || :
children=
[ ! -e "$runtime/orchd.sock" ] || fail "the socket is left"
[ ! -d "$runtime" ] || rmdir "$runtime"
nothing_left
ok "an agent does not see the control socket"
