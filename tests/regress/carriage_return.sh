#!/bin/sh
# A file whose name ends in a carriage return lands with its own content, beside one whose
# name is the same without it: tracked, or made in the same attempt.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
say "tracked" >"$work/repository/old"
in_repository add . && in_repository commit -qm "One more"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: both, title: Both, prompt: p, command: [sh, -c, "printf one >new; printf other >\"$(printf 'new\\r')\""]}
  - {id: beside, title: Beside, prompt: p, depends_on: [both], command: [sh, -c, "printf another >\"$(printf 'old\\r')\""]}
END
orch 0 -j 1 --verify none "$work/tasks.yaml"
return=$(printf '\r')
equal "made with it" one "$(in_repository show main:new)"
equal "with a return" other "$(in_repository show "main:new$return")"
equal "tracked" tracked "$(in_repository show main:old)"
equal "beside a tracked one" another "$(in_repository show "main:old$return")"
ok "each has its own content"
