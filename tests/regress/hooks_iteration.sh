#!/bin/sh
# iteration_end runs in the workspace of the attempt when a run of the agent and its check have
# ended: it sees what the agent left and cannot change it, and what it prints is nobody's
# feedback. When it fails, or hangs, that is an event and in the note, and the attempt goes on.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/repository/.orch.yaml" <<'END'
version: 1
projects:
  p:
    verify: "test -e second"
    max_iterations: 3
    hooks:
      iteration_end: "cat; ls | xargs echo in; (echo x >x) 2>/dev/null && echo WRITTEN; cat /run/orch/transcript; ls -A $HOME | wc -l; case $(ls) in *second*) sleep 600 ;; esac; echo oh no; exit 4"
      timeout: 2s
END
git -C "$work/repository" add . && git -C "$work/repository" commit -q -m Configuration
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo words $ORCH_ITERATION; test $ORCH_ITERATION = 1 || ! grep -q 'oh no' $ORCH_FEEDBACK_FILE || echo bad >bad; test $ORCH_ITERATION = 1 && echo a >first || echo b >second"]}
END
orch 0 --json "$work/tasks.yaml"
has "$work/out" '"event":"hook.failed"'
has "$work/out" 'iteration_end: iteration 1: exit status 4: oh no; iteration 2: it did not end in time'
logs=$state/logs/a/hook-iteration_end
has "$logs-1.1.log" '{"cwd":"/workspace","transcript_path":"/run/orch/transcript","hook":"iteration_end"'
has "$logs-1.1.log" '"session_id":"p/a/1","task":"a","title":"A","attempt":1,"iteration":1,"outcome":"again"'
has "$logs-1.1.log" 'in first first.txt'
has "$logs-1.1.log" 'words 1'
has "$logs-1.2.log" '"iteration":2,"outcome":"done"'
has "$logs-1.2.log" 'in first first.txt second'
! cat "$logs"-* | grep -q WRITTEN || fail "it may write"
equal "what landed" ".orch.yaml first first.txt second" "$(git -C "$work/repository" ls-tree --name-only main | xargs)"
grep -q "hook.failed.*exit status 4" "$state"/sessions/p/*-a.md || fail "the note does not tell"
nothing_left
ok "iteration_end"
