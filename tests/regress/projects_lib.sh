# What tests of several projects share: a, b, ... each with a repository and a bare copy of
# it that results land on. Sourced after lib.sh.

# project NAME [OPTIONS]: a repository and an upstream of that name, an entry of orch.yaml.
project() {
	new_repository "$work/$1"
	git clone -q --bare "$work/$1" "$work/$1.git"
	say "  $1: {upstream: $work/$1.git, branch: main, verify: none${2:+, $2}}" >>"$work/orch.yaml"
}

# configuration SLOTS [LINE...]: orch.yaml, whose projects are to follow.
configuration() {
	printf '%s\n' "version: 1" "slots: $1" "state: $state" "runtime: $work/run/orch" >"$work/orch.yaml"
	shift
	for line; do say "$line" >>"$work/orch.yaml"; done
	say "projects:" >>"$work/orch.yaml"
}

# subjects NAME: what has landed, oldest first.
subjects() { git -C "$work/$1.git" log --reverse --format=%s main | tr '\n' ' '; }
# state_of TASK
state_of() { ask --json show "$1" | sed 's/.*"state":"\([A-Z_]*\)".*/\1/'; }
is() { [ "$(state_of "$1")" = "$2" ]; }
