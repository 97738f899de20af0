#!/bin/sh
# Plan order: tickets are numbered before anything runs, so the same tasks with
# deterministic agents and SOURCE_DATE_EPOCH give the same commit ids, however
# long each of them takes; a task that is blocked is passed over, with all that
# depend on it, and the rest keeps its order.
. "$(dirname "$0")/lib.sh"

tasks() {
	say "tasks:"
	for i in 1 2 3 4 5 6 7 8 9; do
		say "  - {id: t$i, title: T$i, prompt: p, command: [sh, -c, 'sleep 0.\$(( (\$DELAY * $i) % 7 )); echo $i >file-$i; test $i != 5 || cat file-1 >>file-5'], env: {DELAY: '$1'}$([ $i != 5 ] || say ', depends_on: [t1]')}"
	done
}

SOURCE_DATE_EPOCH=1700000000
export SOURCE_DATE_EPOCH
for run in 1 2 3; do
	rm -rf "$work/repository"
	GIT_AUTHOR_DATE="1600000000 +0000" GIT_COMMITTER_DATE="1600000000 +0000" new_repository "$work/repository"
	tasks $run >"$work/tasks.yaml"
	state=$work/state$run
	orch 0 -j $run --order plan --verify none "$work/tasks.yaml"
	in_repository rev-parse main >>"$work/tips"
	equal "order" "T1 T2 T3 T4 T5 T6 T7 T8 T9" "$(in_repository log --reverse --format=%s main~9..main | xargs)"
done
equal "different tips of three runs" 1 "$(sort -u "$work/tips" | wc -l)"
equal "attempt" "Orch-Attempt: -" "$(in_repository log -1 --format=%B | grep Orch-Attempt)"
ok "the same commit ids, whatever the timing"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}
  - {id: b, title: B, prompt: p, command: [sh, -c, "sleep 0.5; exit 77"]}
  - {id: c, title: C, prompt: p, command: [sh, -c, "echo c >c"], depends_on: [b]}
  - {id: d, title: D, prompt: p, command: [sh, -c, "echo d >d"]}
END
state=$work/state9
orch 1 -j 2 --order plan --verify none --json "$work/tasks.yaml"
equal "order" "A D" "$(in_repository log --reverse --format=%s main~2..main | xargs)"
has "$work/out" '"complete":2,"blocked":1,"cancelled":0,"waiting":1'
nothing_left
ok "a blocked task is passed over"
