#!/bin/sh
# A folder of the root that goes away while a worker lives, an unmounted disk perhaps,
# stops no agent.
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || skip "only root makes folders there"

folder=$(mktemp -d /orch-test.XXXXXX)
# An agent of another user sees it too, or it would have ended at once.
chmod 755 "$folder"
new_repository "$work/repository"
cat >"$work/tasks.yaml" <<END
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "while [ -e $folder/there ]; do sleep 0.1; done; echo a >a"]}
  - {id: b, title: B, prompt: p, depends_on: [a], command: [sh, -c, "echo b >b"]}
END
say there >"$folder/there"
orchctl run -C "$work/repository" --state "$state" -j 1 --verify none "$work/tasks.yaml" \
    >"$work/out" 2>"$work/err" </dev/null &
run=$!
children=$run
runs() { grep -q '^a: running' "$work/err" && test -e "$state/slots/0/prepared"; }
wait_until 30 runs || there=no
! grep -q '^a: waits to land' "$work/err" || there=no
rm -r "$folder"
[ -z "${there:-}" ] || fail "the first does not run: $(cat "$work/err")"
wait $run || fail "the run ended with $?: $(cat "$work/err")"
children=
equal "landed" "A B" "$(in_repository log --reverse --format=%s main~2..main | xargs)"
nothing_left
ok "a folder of the root that goes away"
