#!/bin/sh
# A secret reaches the agent that is named for it, and no other, and no verify command. What
# the agent prints of it, in one piece or in several, as its last word too, is not stored.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
say "tops3cret-value" >"$work/secret"
OUTSIDE=tops3cret-other
export OUTSIDE
cat >"$work/orch.yaml" <<END
projects:
  run: {verify: 'test -z "\$KEY\$OTHER"', retries: {failed: 0}}
agents:
  rich: {command: [sh], env: {secret: {KEY: "file:$work/secret", OTHER: "env:OUTSIDE"}}}
  poor: {command: [sh]}
  lost: {command: [sh], env: {secret: {KEY: "file:$work/nothing"}}}
END
cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: rich
    agent: rich
    prompt: |
      test "$KEY" = "tops3"cret-value && test "$OTHER" = "tops3"cret-other || exit 1
      echo "the key is $KEY"; printf 'tops3'; sleep 0.2; printf 'cret-'; sleep 0.2; echo 'value'
      echo "$OTHER" >&2
      echo given >given.txt
  - {id: poor, agent: poor, prompt: 'test -z "$KEY$OTHER" && echo none >none.txt'}
  - {id: fails, agent: rich, prompt: 'echo "wrong key $KEY"; exit 1'}
  - {id: lost, agent: lost, prompt: 'echo x >x'}
END
orch 1 -c "$work/orch.yaml" -j 1 --json "$work/tasks.yaml"
equal "rich" given "$(in_repository show main:given.txt)"
equal "poor" none "$(in_repository show main:none.txt)"
has "$state/logs/rich/1.log" "the key is ***"
has "$work/out" "wrong key ***"
has "$work/out" "the secret KEY: $work/nothing: No such file"
equal "stars" 3 "$(grep -c '\*\*\*' "$state/logs/rich/1.log")"
! grep -rlF tops3cret "$state" "$work/out" "$work/err" || fail "a secret is stored"
nothing_left
ok "kept nowhere"
