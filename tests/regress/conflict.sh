#!/bin/sh
# Two tasks change the same line from the same tip: one lands, the other one is
# done again from the new tip, and finds the conflict in its feedback. One that
# conflicts every time is tried a bounded number of times, then BLOCKED with the
# paths, and the rest lands.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: slow
    title: Slow
    prompt: p
    priority: 0
    command: [sh, -c, "if [ $ORCH_ATTEMPT = 1 ]; then sleep 4; echo slow >first.txt; exit; fi; cp \"$ORCH_FEEDBACK_FILE\" feedback.txt; cat first.txt >seen.txt; echo slow >>first.txt"]
  - id: quick
    title: Quick
    prompt: p
    command: [sh, -c, "sleep 0.3; echo quick >first.txt"]
END
orch 0 -j 2 --verify none --json "$work/tasks.yaml"
grep '"task.rework"' "$work/out" >"$work/rework" || fail "no rework"
has "$work/rework" '"task":"slow"'
has "$work/rework" first.txt
equal "what the second attempt saw" quick "$(cat "$work/repository/seen.txt")"
equal "what landed" "quick slow" "$(xargs <"$work/repository/first.txt")"
has "$work/repository/feedback.txt" first.txt
equal "commits" 2 "$(in_repository rev-list --count main~2..main)"
ok "a conflict is done again, with feedback"

# It never learns: each attempt takes longer than somebody else's landing.
{
	say "tasks:"
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do
		say "  - {id: q$i, title: Q$i, prompt: p, files: [first.txt], command: [sh, -c, 'sleep 0.5; echo q$i >first.txt']}"
	done
	say "  - {id: stubborn, title: S, prompt: p, priority: 0, command: [sh, -c, 'echo \$ORCH_ATTEMPT >first.txt; sleep 1.5']}"
} >"$work/tasks.yaml"
state=$work/state2
orch 1 -j 2 --verify none --json "$work/tasks.yaml"
grep '"task.blocked"' "$work/out" >"$work/blocked"
has "$work/blocked" '"task":"stubborn"'
has "$work/blocked" first.txt
equal "attempts" 4 "$(grep '"task.start"' "$work/out" | grep -c '"stubborn"')"
equal "landed" 13 "$(grep -c '"task.complete"' "$work/out")"
equal "what is there" q13 "$(cat "$work/repository/first.txt")"
# What it did is not lost.
equal "attempts kept" 4 "$(git -C "$(ls -d "$state"/projects/*/repository.git)" for-each-ref refs/orch/attempts/stubborn | wc -l)"
nothing_left
ok "bounded, then blocked, nothing lost"
