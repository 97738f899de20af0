#!/bin/sh
# Two command lines that others wrote, eight of them at once in eight slots, each with
# a task of its own: all land, and what each used is exactly what the model said.
. "$(dirname "$0")/lib.sh"
. "$sources/tests/agents/lib.sh"
command -v sqlite3 >/dev/null || skip "sqlite3 is not installed"
install_agent codex
install_agent pi
start_model
configure

new_repository "$work/repository"
for i in 1 2 3 4 5 6 7 8; do
	[ $((i % 2)) = 0 ] && agent=pi || agent=codex
	task "t$i" $agent "append the line by-$i to file notes-$i.txt"
done
run 0 -j 8
equal "landed" 9 "$(in_repository rev-list --count main)"
for i in 1 2 3 4 5 6 7 8; do
	equal "what t$i did" "by-$i" "$(in_repository show "main:notes-$i.txt")"
	[ $((i % 2)) = 0 ] && steps=1 || steps=1
	equal "what t$i used" "2100 500 100 0.00185" "$(used "t$i" | cut -d' ' -f1-4)"
	[ "$(used "t$i" | cut -d' ' -f5)" -ge 1 ] || fail "no step of t$i was counted"
	equal "who did t$i" "$([ $((i % 2)) = 0 ] && echo pi || echo codex)" \
	    "$(in_repository log -1 --format='%(trailers:key=Orch-Agent,valueonly,separator=)' \
	    --grep="by-$i to file")"
done
most=$(sed -n 's/.*"most":\([0-9]*\).*/\1/p' "$work/model.log" | sort -n | tail -n 1)
[ "$most" -ge 2 ] || fail "never were two of them at the model at once"
ok "eight tasks, at most $most at the model at once"

# The secret reached the agents, and nothing that is kept has it.
equal "keys that the model saw" "the-mock-key" \
    "$(sed -n 's/.*"key":"\([^"]*\)".*/\1/p' "$work/model.log" | sort -u)"
! grep -rlF the-mock-key "$state" || fail "the secret is kept"
expect 0 orchctl run --help
nothing_left
ok "the secret is kept nowhere"
