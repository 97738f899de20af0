#!/bin/sh
# Where no user namespace can be made orch refuses to run agents, and says why and what to do;
# it does so only where 'sandbox: none' is written.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}
END
cat >"$work/none.yaml" <<'END'
commitd_user: root
projects:
  run: {sandbox: none, verify: none}
END
# A user namespace in which none can be made below: the bound is this namespace's own.
within() {
	status=$1
	shift
	# shellcheck disable=SC2016
	expect "$status" unshare --user --map-root-user --mount --propagation private sh -c '
	    echo 0 >/proc/sys/user/max_user_namespaces || exit 77
	    exec "$@"' sh "$@"
}
if ! unshare --user --map-root-user sh -c 'echo 0 >/proc/sys/user/max_user_namespaces' 2>/dev/null; then
	skip "no user namespace can be made here, or its bound not set"
fi
within 2 orchctl run -C "$work/repository" --state "$state" --verify none "$work/tasks.yaml"
has "$work/err" "agents cannot be run here"
has "$work/err" "see orchctl doctor, and sandbox in orch.yaml(5)"
within 1 orchctl doctor --state "$state"
has "$work/out" "sandbox: none"
equal "landed" "First" "$(in_repository log -1 --format=%s main)"
ok "without user namespaces it refuses, with what to do"

within 0 orchctl run -C "$work/repository" -c "$work/none.yaml" --state "$state" "$work/tasks.yaml"
equal "landed" "A" "$(in_repository log -1 --format=%s main)"
equal "the last trailer" "Orch-Sandbox: none" "$(in_repository log -1 --format=%B main | grep . | tail -n 1)"
nothing_left
ok "unless the configuration says so"
