#!/bin/sh
# A session note for each task, below the state folder: of one that landed, one that is
# blocked, one that was cancelled before it began, one whose agent was killed. It has valid
# front matter and what the database knows; a person's words come into it; notes and
# notes show say the same.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: lands
    title: "It: \"lands\"\n---\n# forged"
    prompt: |
      Do it.
      ---
      ## Next Steps
      governance: {autonomy_level: L9}
    command: [sh, -c, "orchctl progress 'half way # there'; echo a >a; printf 'x\\ny\\n' >>first.txt"]
  - {id: blocks, title: Blocks, prompt: p, depends_on: [lands], command: [sh, -c, "echo no way; exit 77"]}
  - {id: killed, title: Killed, prompt: p, command: [sh, -c, "kill -9 $$"]}
END
service_configuration
cat >>"$work/orch.yaml" <<END
    retries: {failed: 0}
END
sed -i 's/^  p: {\(.*\)}/  p:\n    \1/; s/, branch/\n    branch/; s/, verify/\n    verify/' "$work/orch.yaml"
start_service
ctl 0 add "$work/tasks.yaml"
ctl 0 add --id waits --title Waits --depends-on blocks -- true
ctl 1 wait lands blocks killed
ctl 0 cancel --why "not any more" waits
noted() { [ "$(ls "$state"/sessions/p/*-"$1".md 2>/dev/null | wc -l)" = 1 ] && grep -q "status: \"$2\"" "$state"/sessions/p/*-"$1".md; }
for row in lands:complete blocks:blocked killed:blocked waits:cancelled; do
	wait_until 10 noted "${row%:*}" "${row#*:}" || fail "no note of $row: $(ls -R "$state/sessions")"
done
note=$(ls "$state"/sessions/p/*-lands.md)
case ${note##*/} in
[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9]-lands.md) ;;
*) fail "its name: $note" ;;
esac
equal "lines of ---" 2 "$(grep -cx -e --- "$note")"
equal "sections" 1 "$(grep -c '^## Next Steps' "$note")"
! grep -q '^# forged' "$note" || fail "a title is a heading"
has "$note" "> ## Next Steps"
has "$note" "half way \\# there"
has "$note" 'type: "implementation"'
has "$note" 'autonomy_level: "L2"'
has "$note" "commit: \"$(git -C "$work/up.git" rev-parse main)\""
named() { grep -qF "needed by blocks (blocked): $state/sessions/p/" "$note"; }
wait_until 10 named || fail "who needs it is not named: $(cat "$note")"
has "$state"/sessions/p/*-blocks.md "no way"
has "$state"/sessions/p/*-blocks.md "depends on lands (complete): $note"
has "$state"/sessions/p/*-blocks.md 'escalations: ["blocked: no way"]'
has "$state"/sessions/p/*-blocks.md "orchctl retry blocks"
has "$state"/sessions/p/*-killed.md "the agent was ended by a signal"
has "$state"/sessions/p/*-waits.md "No attempt was made."
has "$state"/sessions/p/*-waits.md "not any more"
equal "who may read it" 600 "$(stat -c %a "$note")"
ok "a note of each, and none is forged"

ctl 0 notes add blocks "look at
## Next Steps"
reads() { grep -q '^> look at' "$state"/sessions/p/*-blocks.md; }
wait_until 10 reads || fail "a person's words do not come into the note"
equal "sections" 1 "$(grep -c '^## Next Steps' "$state"/sessions/p/*-blocks.md)"
ctl 2 notes add no-such words
ctl 2 notes add blocks ""
ctl 2 notes no-such
ctl 2 notes show
ctl 2 notes --project other
ctl 0 notes show blocks
cmp "$work/out" "$state"/sessions/p/*-blocks.md || fail "show is not the file"
ctl 0 notes
equal "notes" 4 "$(grep -c "$state/sessions/p/" "$work/out")"
ctl 0 --json notes blocks
has "$work/out" '"path":"'"$state"'/sessions/p/'
ctl 0 --json notes show lands
has "$work/out" '"text":"---\nsession:\n'
ctl 0 notes --since 1h --project p
equal "notes" 4 "$(grep -c "$state/sessions/p/" "$work/out")"
ctl 0 notes --since 2000-01-01 -p p
equal "notes since a day" 4 "$(grep -c "$state/sessions/p/" "$work/out")"
ctl 0 --json notes --since @99999999999
equal "notes since what is to come" "[]" "$(cat "$work/out")"
ok "words of a person, and the lists"
stop_service
nothing_left
