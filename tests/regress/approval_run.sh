#!/bin/sh
# A run that waits for a person ends with 1, counts what waits and says how to go on;
# run --approve does. A task that asks before its start has no attempt until then. With
# autonomy L3 nobody is asked. In plan order the line waits for what is asked about, and
# the run ends all the same.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: s, title: S, prompt: p, requires_approval: [start, land], command: [sh, -c, "echo s >s"]}
  - {id: t, title: T, prompt: p, command: [sh, -c, "echo t >t"]}
  - {id: u, title: U, prompt: p, depends_on: [s], command: [sh, -c, "echo u >u"]}
END
last() { tail -n 1 "$work/out" >"$work/last"; has "$work/last" "$1"; }
orch 1 --verify none "$work/tasks.yaml"
has "$work/err" "to approve what waits for it: orchctl run --approve -C $work/repository"
orch 1 --verify none --json "$work/tasks.yaml"
last '"complete":1,"blocked":0,"cancelled":0,"waiting":2'
equal "attempts before" 0 "$(grep -c '"task.start"' "$work/out" || :)"
orch 1 --verify none --json --approve "$work/tasks.yaml"
last '"complete":1,"blocked":0,"cancelled":0,"waiting":2'
equal "attempts" 1 "$(grep -c '"task.start"' "$work/out")"
[ ! -e "$work/repository/s" ] || fail "landed without an answer"
orch 0 --verify none --json --approve "$work/tasks.yaml"
last '"complete":3,"blocked":0,"cancelled":0,"waiting":0'
equal "no attempt again" 1 "$(grep -c '"task.start"' "$work/out")"
[ -e "$work/repository/u" ] || fail "what waited for it has not landed"
ok "before the start, then before it lands"

# levels LEVEL: how often each level asks, with --approve until the end.
levels() {
	printf 'projects:\n  p: {autonomy: %s, protect: [first.txt]}\n' "$1" >"$work/orch.yaml"
	cat >"$work/tasks.yaml" <<-END
	tasks:
	  - {id: a, title: A, prompt: p, command: [sh, -c, "echo $1 >$1"]}
	  - {id: b, title: B, prompt: p, command: [sh, -c, "echo $1 >first.txt"]}
	END
	state=$work/state-$1
	rounds=0
	while :; do
		set +e
		orchctl run -C "$work/repository" --state "$state" -c "$work/orch.yaml" --verify none \
		    --approve "$work/tasks.yaml" >"$work/out" 2>"$work/err" </dev/null
		status=$?
		set -e
		[ $status != 0 ] || break
		[ $status = 1 ] || fail "exit status $status with autonomy $1: $(cat "$work/err")"
		rounds=$((rounds + 1))
		[ $rounds -lt 5 ] || fail "no end with autonomy $1"
	done
	[ -e "$work/repository/$1" ] || fail "not landed with autonomy $1"
}
levels L0
equal "questions in a row, L0" 2 $rounds
levels L1
equal "questions in a row, L1" 1 $rounds
levels L2
equal "questions in a row, L2" 1 $rounds
levels L3
equal "questions in a row, L3" 0 $rounds
ok "each level asks as it says"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: first, title: First one, prompt: p, requires_approval: [land], command: [sh, -c, "echo f >f"]}
  - {id: second, title: Second, prompt: p, command: [sh, -c, "echo g >g"]}
END
state=$work/state-plan
orch 1 --verify 'test -e first.txt' --order plan --json "$work/tasks.yaml"
last '"complete":0,"blocked":0,"cancelled":0,"waiting":2'
[ ! -e "$work/repository/g" ] || fail "landed before its turn"
orch 0 --verify 'test -e first.txt' --order plan --json --approve "$work/tasks.yaml"
equal "order" "First one Second" "$(in_repository log --reverse --format=%s -2 main | xargs)"
nothing_left
ok "in plan order the line waits"
