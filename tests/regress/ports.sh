#!/bin/sh
# Each slot has a range of ports for itself, a verify slot too, and no two have one in
# common; beyond the last port there is, there is none.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, command: [sh, -c, 'echo $ORCH_SLOT ${ORCH_PORT:-none} ${ORCH_PORT_LAST:-none} >a; sleep 0.5']}
  - {id: b, command: [sh, -c, 'echo $ORCH_SLOT ${ORCH_PORT:-none} ${ORCH_PORT_LAST:-none} >b; sleep 0.5']}
END
say 'ports: {first: 65400, each: 50}' >"$work/orch.yaml"
orch 0 -c "$work/orch.yaml" -j 2 --verify 'echo verify $ORCH_SLOT ${ORCH_PORT:-none} >&2; case $ORCH_SLOT in v*) test -z "$ORCH_PORT";; esac' "$work/tasks.yaml"
equal "ranges" "0 65400 65449 1 65450 65499" "$(in_repository show main:a main:b | sort | tr '\n' ' ' | sed 's/ $//')"
say 'ports: {each: 0}' >"$work/orch.yaml"
state=$work/other
sed -i 's/>a;/>c;/; s/>b;/>d;/' "$work/tasks.yaml"
orch 0 -c "$work/orch.yaml" -j 2 --verify none "$work/tasks.yaml"
equal "without" "0 none none 1 none none" "$(in_repository show main:c main:d | sort | tr '\n' ' ' | sed 's/ $//')"
nothing_left
ok "a range for each slot"
