#!/bin/sh
# The check is red: the agent goes on with its own session and is told what the check
# printed. What it used in both runs is counted once, though codex counts the session
# and pi the run.
. "$(dirname "$0")/lib.sh"
. "$sources/tests/agents/lib.sh"
command -v sqlite3 >/dev/null || skip "sqlite3 is not installed"
install_agent codex
install_agent pi
start_model
configure
new_repository "$work/repository"
# The model does what is in the last message, and that is what the check printed.
check='[ "$(wc -l <notes.txt)" -ge 2 ] || { echo append the line two to file notes.txt; exit 1; }'
for agent in codex pi; do
	rm -f "$work/tasks.yaml"
	task "with-$agent" $agent "append the line one to file $agent.txt" max_iterations:\ 3
	say "    verify: '$(say "$check" | sed "s/notes/$agent/g")'" >>"$work/tasks.yaml"
	state=$work/state-$agent
	run 0
	equal "what $agent did" "one two" "$(in_repository show "main:$agent.txt" | tr '\n' ' ' | sed 's/ $//')"
	equal "iterations" 2 "$(sqlite3 -readonly "$state/orch.db" "SELECT iterations FROM attempts")"
	equal "what $agent used" "4200 1000 200 0.0037" "$(used "with-$agent" | cut -d' ' -f1-4)"
	# One session: its last request has all the results of before in it, so no first prompt again.
	equal "first prompts of $agent" 1 "$(grep -c "\"prompt\":\"append the line one to file $agent.txt.*\"results\":0" "$work/model.log")"
	ok "$agent goes on with its session"
done
nothing_left
