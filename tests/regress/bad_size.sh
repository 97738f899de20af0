#!/bin/sh
# An agent that leaves a file of 200 MB: it lands, or is BLOCKED with the reason;
# within bounded memory and time, and the task beside it lands.
. "$(dirname "$0")/lib.sh"

free=$(df -Pk "$work" | awk 'NR == 2 { print $4 }')
[ "$free" -gt 3000000 ] || skip "needs 3 GB of free space below $work"
new_repository "$work/repository"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: big, title: Big, prompt: p, command: [sh, -c, "head -c 200000000 /dev/urandom >big"]}
  - {id: small, title: Small, prompt: p, command: [sh, -c, "sleep 0.5; echo small >small"]}
END
begin=$(date +%s%N)
limit_seconds=300 orch 0 -j 2 --verify none --json "$work/tasks.yaml" || :
took=$((($(date +%s%N) - begin) / 1000000))
equal "small" small "$(in_repository show main:small)"
equal "size" 200000000 "$(in_repository cat-file -s main:big)"
nothing_left
ok "200 MB landed in $took ms"
