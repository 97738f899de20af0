#!/bin/sh
# Bad tasks files: each is refused before anything starts, with exit status 2, one
# line for each mistake in the form FILE:LINE:COLUMN: task 'ID': KEY: what is
# wrong, all mistakes in one go; nothing is added and no state is made.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
file=$work/tasks.yaml

# refused TEXT...: the file is refused with each of the texts, by run and by plan.
refused() {
	for command in "run -C $work/repository --state $state --verify none" plan; do
		expect 2 orchctl $command "$file"
		for text; do
			has "$work/err" "$text"
		done
	done
	has "$work/err" "$file:"
	[ ! -e "$state" ] || fail "a state folder was made for a file that was refused"
	equal "branch" 1 "$(in_repository rev-list --count main)"
}

cycle() {
	cat >"$file" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: ["true"], depends_on: [b]}
  - {id: b, title: B, prompt: p, command: ["true"], depends_on: [c]}
  - {id: c, title: C, prompt: p, command: ["true"], depends_on: [a]}
  - {id: self, title: S, prompt: p, command: ["true"], depends_on: [self]}
END
	refused depends_on "'a'" "'self'"
	# The cycle is spelled out.
	grep -Eq 'a.*b.*c|b.*c.*a|c.*a.*b' "$work/err" || { cat "$work/err"; fail "the cycle is not spelled out"; }
}

unknown_dependency() {
	cat >"$file" <<'END'
tasks:
  - id: a
    prompt: p
    command: ["true"]
    depends_on: [nobody]
END
	refused "tasks.yaml:5:18: task 'a': depends_on:" nobody
}

# Several files are one list; each mistake is told in the file it is in.
several_files() {
	second=$work/second.yaml
	printf 'tasks:\n  - {id: a, prompt: p, depends_on: [b]}\n' >"$file"
	printf 'tasks:\n\n  - {id: b, prompt: p, depends_on: [a]}\n' >"$second"
	expect 2 orchctl plan "$file" "$second"
	has "$work/err" "tasks.yaml:2:37: task 'a': depends_on: a cycle: a -> b -> a"
	printf 'tasks:\n\n  - {id: b, prompt: p, depends_on: [c]}\n' >"$second"
	expect 2 orchctl plan "$file" "$second"
	has "$work/err" "second.yaml:3:37: task 'b': depends_on: no such task: c"
	equal problems 1 "$(wc -l <"$work/err")"
	printf 'tasks:\n\n  - {id: b, prompt: p}\n' >"$second"
	expect 0 orchctl plan "$file" "$second"
}

duplicate_id() {
	cat >"$file" <<'END'
tasks:
  - {id: twin, prompt: p, command: ["true"]}
  - {id: twin, prompt: q, command: ["true"]}
END
	refused "task 'twin': id:" "tasks.yaml:3:"
}

missing_key() {
	cat >"$file" <<'END'
tasks:
  - {id: empty}
  - {id: unknown, prompt: p, command: ["true"], colour: green}
  - {id: "../up", prompt: p, command: ["true"]}
  - {id: number, prompt: p, command: ["true"], priority: high}
END
	refused "task 'empty': " "tasks.yaml:2:" "task 'unknown': colour:" "tasks.yaml:3:" "tasks.yaml:4:" \
	    "task 'number': priority:" "tasks.yaml:5:"
}

invalid_yaml() {
	printf 'tasks:\n  - {id: a, prompt: "never closed\n  - b\n' >"$file"
	refused "tasks.yaml:"
	printf 'tasks:\n\t- id: a\n' >"$file"
	refused "tasks.yaml:2:"
	printf 'just words' >"$file"
	refused "tasks.yaml:1:"
}

invalid_utf8() {
	printf 'tasks:\n  - {id: a, prompt: "bad \377\376 bytes", command: ["true"]}\n' >"$file"
	refused "tasks.yaml:2:"
	printf 'tasks:\n  - {id: a, prompt: "nul \000 byte", command: ["true"]}\n' >"$file"
	refused "tasks.yaml:2:26:"
}

hundred_megabytes() {
	{
		printf 'tasks:\n  - id: huge\n    command: ["true"]\n    prompt: "'
		head -c 104857600 /dev/zero | tr '\000' x
		printf '"\n'
	} >"$file"
	begin=$(date +%s)
	refused "tasks.yaml:"
	[ $(($(date +%s) - begin)) -lt 30 ] || fail "a file of 100 MB takes too long to be refused"
	: >"$file"
}

# What the file may say, the protocol can carry; what it cannot is told by place.
same_limits() {
	printf 'tasks:\n  - {id: long, prompt: p, command: [sh, -c, "%s"]}\n' \
	    "$(head -c 70000 /dev/zero | tr '\000' x)" >"$file"
	refused "tasks.yaml:2:45: task 'long': command: is too long"
	printf 'tasks:\n  - {id: often, prompt: p, command: [sh, -c, "exit 77"], max_iterations: 10000}\n' >"$file"
	expect 1 orchctl run -C "$work/repository" --state "$work/often" --verify none "$file"
	has "$work/out" "exit status 77"
}

no_agent() {
	printf 'tasks:\n  - {id: who, prompt: p}\n' >"$file"
	expect 2 orchctl run -C "$work/repository" --state "$work/who" --verify none "$file"
	has "$work/err" "agent: missing; name one, here or by --agent, write a command, or set projects.run.agent"
}

empty_and_missing() {
	: >"$file"
	expect 2 orchctl run -C "$work/repository" --state "$state" --verify none "$file"
	printf 'tasks: []\n' >"$file"
	expect 2 orchctl run -C "$work/repository" --state "$state" --verify none "$file"
	expect 2 orchctl run -C "$work/repository" --state "$state" --verify none "$work/not-there.yaml"
	has "$work/err" "not-there.yaml"
	expect 2 orchctl run -C "$work/repository" --state "$state" --verify none "$work"
	expect 2 orchctl run -C "$work/repository" --state "$state" --verify none
}

for test in cycle unknown_dependency several_files duplicate_id missing_key invalid_yaml \
    invalid_utf8 hundred_megabytes same_limits no_agent empty_and_missing; do
	$test
	ok $test
done
nothing_left
