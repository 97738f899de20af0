# What the tests with agents that others wrote share: the command lines from npm, of the
# versions in their lock files, and the scripted model. Sourced behind tests/regress/lib.sh.

command -v npm >/dev/null && command -v node >/dev/null || skip "node and npm are not installed"

# install_agent NAME: the command line is in $agents/NAME/node_modules/.bin. Kept in the
# build, for it is a lot; an installation that is not whole is made again.
agents=$build/agents
install_agent() {
	[ ! -e "$agents/$1/whole" ] ||
	    ! cmp -s "$sources/tests/agents/$1/package-lock.json" "$agents/$1/package-lock.json" || return 0
	rm -rf "${agents:?}/$1"
	mkdir -p "$agents/$1"
	cp "$sources/tests/agents/$1/package.json" "$sources/tests/agents/$1/package-lock.json" "$agents/$1"
	# HOME of the test: nothing of npm's is left in that of the person.
	(cd "$agents/$1" && timeout 300 npm ci --ignore-scripts --no-audit --no-fund >"$work/npm.log" 2>&1) ||
	    skip "npm cannot install $1: $(grep -v '^$' "$work/npm.log" | tail -n 1)"
	: >"$agents/$1/whole"
}

model=
undo() { [ -z "$model" ] || kill "$model" 2>/dev/null || :; }
start_model() {
	node "$sources/tests/agents/model.js" "$work/model.port" "$work/model.log" >"$work/model.err" 2>&1 &
	model=$!
	wait_until 20 test -s "$work/model.port" || fail "no model: $(cat "$work/model.err")"
	port=$(cat "$work/model.port")
}

# configure EXTRA...: orch.yaml with both agents at the scripted model; EXTRA is more of the
# project, a line each.
configure() {
	cat >"$work/codex.toml" <<END
model = "mock-1"
model_provider = "mock"
approval_policy = "never"
check_for_update_on_startup = false
[analytics]
enabled = false
[features]
plugins = false
[model_providers.mock]
name = "mock"
base_url = "http://127.0.0.1:$port/v1"
env_key = "MOCK_API_KEY"
wire_api = "responses"
END
	cat >"$work/models.json" <<END
{"providers": {"mock": {"baseUrl": "http://127.0.0.1:$port/v1", "api": "openai-completions",
    "apiKey": "MOCK_API_KEY", "models": [{"id": "mock-1", "contextWindow": 128000, "maxTokens": 4096,
    "cost": {"input": 1, "output": 2, "cacheRead": 0.1, "cacheWrite": 0}}]}}}
END
	say "the-mock-key" >"$work/key"
	cat >"$work/orch.yaml" <<END
version: 1
projects:
  run:
    verify: none
$(for line; do say "    $line"; done)
agents:
  codex:
    extends: codex
    command: [$agents/codex/node_modules/.bin/codex, exec, --json, "-"]
    resume: [$agents/codex/node_modules/.bin/codex, exec, resume, "{session}", --json, "-"]
    read_only: [$agents]
    home: {files: {.codex/config.toml: codex.toml}}
    env: {secret: {MOCK_API_KEY: "file:$work/key"}}
    price: {input: 1, cached: 0.1, output: 2}
  pi:
    extends: pi
    command: [$agents/pi/node_modules/.bin/pi, --offline, --mode, json, -p, --provider, mock]
    resume: [$agents/pi/node_modules/.bin/pi, --offline, --mode, json, -p, --provider, mock,
        --session, "{session}"]
    model: mock-1
    read_only: [$agents]
    home: {files: {.pi/agent/models.json: models.json}}
    env: {secret: {MOCK_API_KEY: "file:$work/key"}}
END
}

# task ID AGENT PROMPT [MORE]: one more in $work/tasks.yaml.
task() {
	[ -e "$work/tasks.yaml" ] || say "tasks:" >"$work/tasks.yaml"
	printf '  - id: %s\n    agent: %s\n%s    prompt: |\n' "$1" "$2" "${4:+    $4
}" >>"$work/tasks.yaml"
	say "$3" | sed 's/^/      /' >>"$work/tasks.yaml"
}

# run STATUS ARGUMENTS...
run() {
	wanted=$1
	shift
	expect "$wanted" orchctl run -C "$work/repository" -c "$work/orch.yaml" --state "$state" "$@" \
	    "$work/tasks.yaml"
}

# used TASK: what its attempts have used, from the database: input cached output cost steps.
used() {
	sqlite3 -readonly -separator ' ' "$state/orch.db" "SELECT u.input, u.cached, u.output,
	    round(u.cost, 6), u.steps FROM usage u JOIN attempts a ON a.id = u.attempt
	    JOIN tasks t ON t.position = a.task WHERE t.id = '$1' ORDER BY a.number"
}

# outcome TASK: the outcomes of its attempts.
outcome() {
	sqlite3 -readonly "$state/orch.db" "SELECT a.outcome FROM attempts a JOIN tasks t
	    ON t.position = a.task WHERE t.id = '$1' ORDER BY a.number" | tr '\n' ' ' | sed 's/ $//'
}
