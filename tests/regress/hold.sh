#!/bin/sh
# on_blocked: hold. A blocked task keeps its place in the line, and what comes behind it
# waits for a person. A run ends then all the same and counts what waits; a cancel frees
# the line, and so does another try, which lands in the old place (plan order) or in a
# new one (completion order). With on_blocked: skip from a start on, nothing waits.
. "$(dirname "$0")/lib.sh"

# What is in the PATH is what agents and gates see of here.
mkdir "$work/outside"
PATH=$work/outside:$PATH
limit_seconds=40
keys='on_blocked: hold, retries: {failed: 0, rework: 0}'
last() { tail -n 1 "$work/out" >"$work/last"; has "$work/last" "$1"; }
landed() { equal "landed, $order" "$2" "$(git -C "$1" log --reverse --format=%s main | sed 1d | xargs)"; }
fresh() {
	rm -rf "$work/repository" "$work/up.git" "$work/outside"/*
	new_repository "$work/repository"
	git clone -q --bare "$work/repository" "$work/up.git"
}
blocked() { ask show a | grep -q BLOCKED; }
configure() {
	cat >"$work/orch.yaml" <<-END
	version: 1
	slots: 2
	state: $state
	runtime: $work/run/orch
	projects:
	  p: {upstream: $work/up.git, branch: main, verify: 'true', order: $order, $1}
	END
}
# held NAME: b has a result, and waits behind a.
held() {
	state=$work/$1-$order
	fresh
	configure "$keys"
	start_service
	ctl 0 add "$work/tasks.yaml"
	wait_until 20 blocked || fail "a is not blocked"
	: >"$work/outside/go"
	ctl 1 wait b
	has "$work/out" "1 waiting"
	landed "$work/up.git" ""
}

cat >"$work/tasks.yaml" <<END
tasks:
  - {id: a, title: A, prompt: p, verify: "case \$ORCH_SLOT in v*) [ -e $work/outside/good ];; esac", command: [sh, -c, "echo \$ORCH_ATTEMPT >a"]}
  - {id: b, title: B, prompt: p, command: [sh, -c, "while [ ! -e $work/outside/go ]; do sleep 0.1; done; echo b >b"]}
END
for order in completion plan; do
	fresh
	: >"$work/outside/go"
	state=$work/run-$order
	printf 'projects:\n  p: {%s, order: %s}\n' "$keys" "$order" >"$work/hold.yaml"
	# With one slot a is the first in either order.
	for time in first second; do
		orch 1 -c "$work/hold.yaml" -j 1 --verify true --json "$work/tasks.yaml"
		last '"complete":0,"blocked":1,"cancelled":0,"waiting":1'
		landed "$work/repository" ""
	done
	: >"$work/outside/good"
	orch 0 -c "$work/hold.yaml" -j 1 --verify true --json --retry "$work/tasks.yaml"
	[ $order = plan ] && wanted="A B" || wanted="B A"
	landed "$work/repository" "$wanted"
	ok "a run ends, and another try frees the line ($order)"
done

for order in completion plan; do
	held cancel
	ctl 0 cancel a
	ctl 0 wait b
	landed "$work/up.git" B
	stop_service
	ok "a cancel frees the line ($order)"

	held skip
	stop_service
	configure 'on_blocked: skip, retries: {failed: 0, rework: 0}'
	start_service
	ctl 0 wait b
	landed "$work/up.git" B
	stop_service
	ok "skip from a start on frees the line ($order)"
done

# What depends on a blocked task keeps its place with it, and loses it with it.
cat >"$work/tasks.yaml" <<END
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "exit 77"]}
  - {id: after, title: After, prompt: p, depends_on: [a], command: [sh, -c, "echo x >after"]}
  - {id: b, title: B, prompt: p, command: [sh, -c, "while [ ! -e $work/outside/go ]; do sleep 0.1; done; echo b >b"]}
END
held depends
ctl 0 cancel a
ctl 0 wait b
landed "$work/up.git" B
stop_service
nothing_left
ok "what depends on it waits with it"
