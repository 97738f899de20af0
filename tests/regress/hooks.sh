#!/bin/sh
# Hooks hear what happens, each with an object of JSON on standard input, in a sandbox with
# HOME of its own and a view of the project that cannot be written; session_end reads what
# the attempt printed. One that fails is an event and in the note, one that hangs ends by
# its limit, and the tasks go on. A secret of theirs is given and never printed.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/repository/hook" <<'END'
#!/bin/sh
cat
echo "HOME $HOME $(ls -A "$HOME" | wc -l)"
echo "secret $TOKEN"
(echo forged >first.txt) 2>/dev/null && echo WRITTEN
cat first.txt
END
chmod +x "$work/repository/hook"
git -C "$work/repository" add . && git -C "$work/repository" commit -q -m Hook
echo s3cr3t-word >"$work/token"
project_configuration 2 <<END
verify: none
retries: {failed: 0}
hooks:
  task_start: ./hook
  session_end: "./hook; cat /run/orch/transcript"
  task_end: "cat; echo the end; exit 3"
  escalation: ./hook
  idle: "./hook; sleep 600"
  timeout: 2s
  secrets: [TOKEN=file:$work/token]
END
start_service
ctl 0 add --id good --title "Good \"one\"" -- sh -c 'echo words of the agent; echo a >a'
ctl 0 add --id bad --title Bad -- sh -c 'echo no; exit 77'
ctl 1 wait good bad
logs() { cat "$state"/logs/"$1"/hook-"$2"-*.log 2>/dev/null; }
done_with() { [ -z "$(sqlite3 -readonly "$state/orch.db" 'SELECT id FROM hooks' 2>/dev/null || echo x)" ]; }
command -v sqlite3 >/dev/null || done_with() { logs bad task_end | grep -q "the end" && ask events | grep -q "hook.failed.*idle"; }
failed() { ask events | grep -q "hook.failed.*idle"; }
wait_until 40 failed || fail "no idle hook, or it does not end: $(ask events)"
wait_until 20 done_with || fail "some are due still"
for row in "good task_start RUNNING" "good session_end LANDING" "bad session_end BLOCKED" "bad escalation BLOCKED"; do
	set -- $row
	logs "$1" "$2" >"$work/seen"
	has "$work/seen" "\"hook\":\"$2\",\"project\":\"p\""
	has "$work/seen" "{\"cwd\":\"/workspace\","
	has "$work/seen" "\"task\":\"$1\""
	has "$work/seen" "HOME /home/agent 0"
	has "$work/seen" "first"
	has "$work/seen" "secret "
	! grep -q s3cr3t-word "$work/seen" || fail "its secret is in the log"
	! grep -q WRITTEN "$work/seen" || fail "it may write"
done
logs good session_end >"$work/seen"
has "$work/seen" '"transcript_path":"/run/orch/transcript"'
has "$work/seen" '"session_id":"p/good/1"'
has "$work/seen" '"reason":"done"'
has "$work/seen" "words of the agent"
logs bad session_end >"$work/seen"
has "$work/seen" '"reason":"blocked","detail":"no"'
logs bad escalation >"$work/seen"
has "$work/seen" '"kind":"blocked","reason":"no"'
logs good task_end >"$work/seen"
has "$work/seen" '"title":"Good \"one\"","state":"COMPLETE"'
logs p idle >"$work/seen"
has "$work/seen" '"complete":1,"blocked":1,"cancelled":0,"waiting":0'
equal "idle hooks" 1 "$(ls "$state"/logs/p/hook-idle-* | wc -l)"
equal "ends of tasks" 2 "$(cat "$state"/logs/*/hook-task_end-*.log | grep -c '^the end')"
ask events >"$work/seen"
equal "failures" 3 "$(grep -c hook.failed "$work/seen")"
has "$work/seen" "task_end: fail: its command failed (exit status 3): the end"
has "$work/seen" "idle: timeout: the time limit is reached"
log_of() { grep -q "hook.failed.*exit status 3" "$state"/sessions/p/*-good.md; }
wait_until 10 log_of || fail "the note does not tell of it"
equal "what landed" "a first.txt hook" "$(git -C "$work/up.git" ls-tree --name-only main | xargs)"
ok "hooks hear what happens"

# A run ends when its hooks have run.
stop_service
rm -rf "$state"
cat >"$work/repository/.orch.yaml" <<END
version: 1
projects: {p: {verify: none, hooks: {task_end: "sleep 1; echo ran", idle: "cat"}}}
END
git -C "$work/repository" add . && git -C "$work/repository" commit -q -m Configuration
say 'tasks: [{id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}]' >"$work/tasks.yaml"
orch 0 "$work/tasks.yaml"
has "$(ls "$state"/logs/a/hook-task_end-*.log)" ran
has "$(ls "$state"/logs/p/hook-idle-*.log)" '"complete":1'
nothing_left
ok "those of a run, too"
