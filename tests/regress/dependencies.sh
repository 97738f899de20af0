#!/bin/sh
# Dependencies: each task sees what those before it landed; what depends on a
# BLOCKED task never starts and is shown as waiting for it; a task with a scope
# never runs beside one whose scope overlaps, and one that leaves it asks a person.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: d, title: D, prompt: p, command: [sh, -c, "test -e b && test -e c && touch d && echo d >d"], depends_on: [b, c]}
  - {id: b, title: B, prompt: p, command: [sh, -c, "test -e a && echo b >b"], depends_on: [a]}
  - {id: c, title: C, prompt: p, command: [sh, -c, "test -e a && echo c >c"], depends_on: [a]}
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}
END
orch 0 -j 3 --verify none --json "$work/tasks.yaml"
equal "first" A "$(in_repository log -1 --format=%s main~3)"
equal "last" D "$(in_repository log -1 --format=%s main)"
equal "attempts" 4 "$(grep -c '"task.start"' "$work/out")"
equal "verdict" "Orch-Verdict: UNVERIFIED" "$(in_repository log -1 --format=%B | grep Orch-Verdict)"
ok "a diamond"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: bad, title: Bad, prompt: p, command: [sh, -c, "echo this cannot be done; exit 77"]}
  - {id: after, title: After, prompt: p, command: [sh, -c, "echo x >after"], depends_on: [bad]}
  - {id: free, title: Free, prompt: p, command: [sh, -c, "echo x >free"]}
END
state=$work/state2
orch 1 -j 2 --verify none --json "$work/tasks.yaml"
tail -n 1 "$work/out" >"$work/last"
has "$work/last" '"complete":1'
has "$work/last" '"blocked":1'
has "$work/last" '"waiting":1'
grep '"task.blocked"' "$work/out" >"$work/blocked"
has "$work/blocked" "this cannot be done"
! grep -q '"task.start".*"task":"after"' "$work/out" || fail "'after' started although 'bad' is blocked"
[ -e "$work/repository/free" ] || fail "'free' did not land"
ok "what depends on a blocked task waits"

# Overlapping scopes: their runs never overlap in time. Each says when it began and ended.
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: s1, title: S1, prompt: p, files: ["lib/**"], command: [sh, -c, "mkdir -p lib; date +%s%N >lib/s1; sleep 0.2; date +%s%N >>lib/s1"]}
  - {id: s2, title: S2, prompt: p, files: [lib/s2, "lib/s*"], command: [sh, -c, "mkdir -p lib; date +%s%N >lib/s2; sleep 0.2; date +%s%N >>lib/s2"]}
  - {id: s3, title: S3, prompt: p, files: ["**/s3"], command: [sh, -c, "mkdir -p lib; date +%s%N >lib/s3; sleep 0.2; date +%s%N >>lib/s3"]}
END
state=$work/state3
orch 0 -j 3 --verify none "$work/tasks.yaml"
for file in s1 s2 s3; do
	xargs <"$work/repository/lib/$file"
done | sort -n >"$work/times"
awk '{ if ($1 < end) exit 1; end = $2 }' "$work/times" || { cat "$work/times"; fail "overlapping scopes ran at the same time"; }
ok "overlapping scopes one after the other"

# The first cannot go on before the second has landed, whose scope it would write too.
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: early, title: Early, prompt: p, files: [need, made], command: [sh, -c, "test -e need || exit 75; echo x >made"]}
  - {id: late, title: Late, prompt: p, files: [need], command: [sh, -c, "echo x >need"]}
END
state=$work/state5
orch 0 -j 2 --verify none --json "$work/tasks.yaml"
equal "attempts" 3 "$(grep -c '"task.start"' "$work/out")"
ok "a task that says 'not yet' does not bar what it waits for"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: out, title: Out, prompt: p, files: [inside], command: [sh, -c, "echo x >inside; echo x >outside"]}
END
state=$work/state4
orch 1 -j 1 --verify none --json "$work/tasks.yaml"
grep '"task.ask"' "$work/out" >"$work/asked"
has "$work/asked" outside
[ ! -e "$work/repository/outside" ] || fail "a change outside of the scope has landed"
ok "a change outside of the scope waits for a person"
nothing_left
