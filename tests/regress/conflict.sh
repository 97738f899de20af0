#!/bin/sh
# Two tasks change the same line from the same tip: one lands, the other one is
# done again from the new tip: it finds Git's merge with its markers in the work
# tree, in the feedback what it conflicts with, and what it makes of it lands. One
# that leaves the markers does not land. One that conflicts every time is tried a
# bounded number of times, then BLOCKED with the paths; why each attempt came back is
# shown, and the rest lands.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: slow
    title: Slow
    prompt: p
    priority: 0
    command: [sh, -c, "if [ $ORCH_ATTEMPT = 1 ]; then sleep 4; echo slow >first.txt; echo other >other.txt; exit; fi; cp \"$ORCH_FEEDBACK_FILE\" feedback.txt; cp first.txt seen.txt; git status --porcelain >>seen.txt; git rev-parse HEAD >head.txt; (echo quick; echo slow) >first.txt"]
  - id: quick
    title: Quick
    prompt: p
    command: [sh, -c, "sleep 0.3; echo quick >first.txt"]
END
orch 0 -j 2 --verify none --json "$work/tasks.yaml"
grep '"task.rework"' "$work/out" >"$work/rework" || fail "no rework"
has "$work/rework" '"task":"slow"'
has "$work/rework" first.txt
has "$work/repository/seen.txt" '<<<<<<< '
equal "what the second attempt saw" "quick ======= slow" \
    "$(grep -v '^[<>][<>]' "$work/repository/seen.txt" | head -n 3 | xargs)"
equal "its changes" "M first.txt ?? feedback.txt ?? other.txt ?? seen.txt" \
    "$(grep '^[ ?]' "$work/repository/seen.txt" | xargs)"
equal "its HEAD" "$(in_repository rev-parse main~)" "$(cat "$work/repository/head.txt")"
equal "what nobody touched again" other "$(cat "$work/repository/other.txt")"
equal "what landed" "quick slow" "$(xargs <"$work/repository/first.txt")"
has "$work/repository/feedback.txt" 'CONFLICT (content): Merge conflict in first.txt'
has "$work/repository/feedback.txt" "$(in_repository log -1 --format=%h main~) Quick (task quick)"
equal "conflicts kept" 0 \
    "$(git -C "$(ls -d "$state"/projects/*/repository.git)" for-each-ref refs/orch/conflicts | wc -l)"
equal "commits" 2 "$(in_repository rev-list --count main~2..main)"
ok "a conflict is done again, with markers and feedback"

# Whoever leaves the markers gets them again, and so does one that fails.
cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: lazy
    title: Lazy
    prompt: p
    priority: 0
    command: [sh, -c, "case $ORCH_ATTEMPT in 1) sleep 2; echo lazy >first.txt;; 2) echo no >no.txt;; 3) exit 1;; *) grep -q '^<<<<<<<' first.txt || exit 1; cp \"$ORCH_FEEDBACK_FILE\" feedback.txt; echo done >first.txt;; esac"]
  - id: quick
    title: Quick
    prompt: p
    command: [sh, -c, "sleep 0.3; echo fast >first.txt"]
END
state=$work/state1
orch 0 -j 2 --verify none --json "$work/tasks.yaml"
grep '"task.rework"' "$work/out" >"$work/rework"
has "$work/rework" 'left the conflict in first.txt as it was'
has "$work/repository/feedback.txt" 'CONFLICT (content): Merge conflict in first.txt'
equal "what landed" done "$(cat "$work/repository/first.txt")"
[ ! -e "$work/repository/no.txt" ] || fail "what was refused has landed"
ok "a conflict that is left does not land"

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
