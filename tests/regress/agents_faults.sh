#!/bin/sh
# What goes wrong with agents that others wrote ends as what it is, although their exit
# status says nothing of it: a key that is refused, a usage limit, a network that is not
# there, a model that never answers, a loop of tools, and an agent that did nothing.
. "$(dirname "$0")/lib.sh"
. "$sources/tests/agents/lib.sh"
command -v sqlite3 >/dev/null || skip "sqlite3 is not installed"
install_agent codex
install_agent pi
start_model
# Long limits, for a machine that is slow: none but those that are asked for is to be reached.
configure "limits: {timeout: 300s, idle: 200s, steps: 8}" "retries: {failed: 0}"
# A port at which nobody listens.
sed "s|127.0.0.1:$port|127.0.0.1:1|" "$work/codex.toml" >"$work/nobody.toml"
cat >>"$work/orch.yaml" <<END
  codex-nobody:
    extends: codex
    home: {files: {.codex/config.toml: nobody.toml}}
    limits: {timeout: 5s, idle: 60s}
  codex-mute: {extends: codex, limits: {idle: 6s}}
  pi-mute: {extends: pi, limits: {idle: 6s}}
END
new_repository "$work/repository"
task pi-key pi "fault 401"
task codex-key codex "fault 401"
task codex-nobody codex-nobody "append the line x to file x.txt"
task codex-silent codex-mute "fault silent"
task pi-silent pi-mute "fault silent"
task codex-loop codex "fault badtool"
task pi-loop pi "fault loop"
task pi-nothing pi "say hello"
task codex-nothing codex "say hello"
task good codex "append the line good to file good.txt"
run 1 -j 4 --json
reason() { orchctl show --help >/dev/null; sqlite3 -readonly "$state/orch.db" "SELECT reason FROM tasks WHERE id = '$1'"; }
# ends TASK OUTCOMES WORDS: that is what became of it, and the person is told why.
ends() {
	equal "outcome of $1" "$2" "$(outcome "$1")"
	case $(reason "$1") in
	*"$3"*)	ok "$1: $(reason "$1")" ;;
	*)	fail "reason of $1: $(reason "$1")" ;;
	esac
}
ends pi-key auth "401 Incorrect API key provided"
ends codex-key auth "401 Unauthorized: Incorrect API key provided"
ends codex-nobody timeout "the time limit is reached"
ends codex-silent idle "limits.idle"
ends pi-silent idle "limits.idle"
ends codex-loop budget "more than 8 steps"
ends pi-loop budget "more than 8 steps"
ends pi-nothing done no_change
ends codex-nothing done no_change
equal "what was good" good "$(in_repository show main:good.txt)"
equal "what did nothing used something" "1000 0 50 0.0011" "$(used pi-nothing | cut -d' ' -f1-4)"
# A loop that was ended has what it had used by then.
[ "$(used pi-loop | cut -d' ' -f1)" -ge 8000 ] || fail "pi-loop used: $(used pi-loop)"
nothing_left
