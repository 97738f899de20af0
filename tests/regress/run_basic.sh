#!/bin/sh
# One task from the command line to the branch: its trailers, in their order; the
# agent's own commit keeps author, date and message, and loses trailers that are
# ours to write; several commits become one; the checkout is moved forward; exit
# status, events and summary are what INTERFACE promises.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
base=$(in_repository rev-parse HEAD)
cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: loose
    title: Changes left uncommitted
    prompt: |
      The first paragraph
      of two lines.

      The second.
    command: [sh, -c, "echo loose >loose.txt; mkdir -p deep/er; echo x >deep/er/file; rm first.txt"]
  - id: one
    title: One commit
    prompt: whatever
    command: [sh, -c, "echo one >one.txt; git add .; GIT_AUTHOR_NAME='Zoë A.B' GIT_AUTHOR_EMAIL=zoe@example.org GIT_AUTHOR_DATE='1500000000 +0530' git commit -q -m 'The subject' -m 'The body.' -m 'Signed-off-by: Zoë <z@example.org>\nOrch-Ticket: 99\nOrch-Verdict: PASS'"]
    depends_on: [loose]
  - id: three
    title: Three commits
    prompt: Three commits of one task.
    command: [sh, -c, "for i in 1 2 3; do echo $i >three-$i; git add .; git commit -q -m \"part $i\"; done"]
    depends_on: [one]
END
orch 0 -j 2 --verify 'test -e loose.txt' --json "$work/tasks.yaml"

# Events, one object a line, the last with the counts.
equal "starts" 3 "$(grep -c '"event":"task.start"' "$work/out")"
equal "completions" 3 "$(grep -c '"event":"task.complete"' "$work/out")"
tail -n 1 "$work/out" >"$work/last"
has "$work/last" '"event":"run.end"'
has "$work/last" '"complete":3'
has "$work/last" '"blocked":0'
has "$work/last" '"cancelled":0'
has "$work/last" '"waiting":0'
grep '"event":"task.complete"' "$work/out" | head -n 1 >"$work/line"
has "$work/line" '"task":"loose"'
has "$work/line" '"ticket":1'
has "$work/line" "\"commit\":\"$(in_repository rev-parse main~2)\""
! grep -v '^{.*}$' "$work/out" || fail "not only JSON on standard output"
ok "events"

# The branch, and the checkout that was clean.
equal "commits" 3 "$(in_repository rev-list --count "$base..main")"
equal "checkout" "" "$(in_repository status --porcelain)"
[ -e "$work/repository/three-3" ] && [ ! -e "$work/repository/first.txt" ] || fail "the checkout was not moved"
equal "refs" "refs/heads/main" "$(in_repository for-each-ref --format='%(refname)')"
ok "checkout"

in_repository log -1 --format=%B main~2 >"$work/message"
cat >"$work/wanted" <<END
Changes left uncommitted

The first paragraph
of two lines.

Orch-Task: loose
Orch-Attempt: 1
Orch-Ticket: 1
Orch-Agent: command
Orch-Verdict: PASS
Orch-Line: $base

END
diff "$work/wanted" "$work/message" || fail "the message of a task without a commit of its own"
equal "files" "deep/er/file first.txt loose.txt" "$(in_repository diff-tree -r --no-commit-id --name-only main~2 | xargs)"
ok "uncommitted changes"

in_repository log -1 --format='%an|%ae|%ad' --date=raw main~1 >"$work/author"
equal "author" "Zoë A.B|zoe@example.org|1500000000 +0530" "$(cat "$work/author")"
in_repository log -1 --format=%B main~1 >"$work/message"
has "$work/message" "Signed-off-by: Zoë <z@example.org>"
equal "subject" "The subject" "$(head -n 1 "$work/message")"
equal "tickets" "Orch-Ticket: 2" "$(grep '^Orch-Ticket' "$work/message")"
equal "verdicts" "Orch-Verdict: PASS" "$(grep '^Orch-Verdict' "$work/message")"
ok "one commit keeps its author; trailers of ours are stripped"

equal "subject" "Three commits" "$(in_repository log -1 --format=%s main)"
equal "files of three" "three-1 three-2 three-3" "$(in_repository diff-tree -r --no-commit-id --name-only main | xargs)"
in_repository fsck --strict 2>&1 | grep -v dangling && fail "fsck"
nothing_left
ok "three commits became one"

# The same tasks again: nothing is left to do, and nothing lands a second time.
orch 0 -j 2 --verify 'test -e loose.txt' "$work/tasks.yaml"
equal "commits" 3 "$(in_repository rev-list --count "$base..main")"
# Without --verify: refused, naming both ways.
expect 2 orchctl run -C "$work/repository" --state "$work/other" "$work/tasks.yaml"
has "$work/err" "--verify"
has "$work/err" "orch.yaml"

cat >"$work/wordless.yaml" <<'END'
tasks:
  - {id: w, title: A title, prompt: p, command: [sh, -c, "echo w >w; git add w; git commit -q --author='A B <a@b>' --allow-empty-message -m ''"]}
END
state=$work/wordless
orch 0 --verify none "$work/wordless.yaml"
equal "subject and author" "A title, A B" "$(in_repository log -1 --format='%s, %an')"
nothing_left
ok "a commit without a word gets the title"
