#!/bin/sh
# Two changes that are green alone and red together: the one that comes second is done
# again, and is told with which task it does not go together, what was run and what
# that printed. Why the result of each attempt came back is shown; when it came back too
# often the task is BLOCKED with the last reason and how often that was. In both kinds of
# workspace, once with a single commit for each task and once with several.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
# What is in the PATH is what an agent sees of here: the second one waits for the first.
mkdir "$work/outside"
PATH=$work/outside:$PATH

for kind in overlay checkout; do
	method=squash
	[ $kind = overlay ] || method=rebase
	rm -f "$work/outside/go"
	state=$work/$kind
	project_configuration 2 <<END
workspace: $kind
method: $method
verify: '! test -e x || ! test -e y || { echo x and y together; exit 1; }'
retries: {rework: 1}
END
	cat >"$work/tasks.yaml" <<END
tasks:
  - {id: y, title: Y, prompt: p, command: [sh, -c, "[ \$ORCH_ATTEMPT != 1 ] || while [ ! -e $work/outside/go ]; do sleep 0.1; done; if [ -n \"\$ORCH_FEEDBACK_FILE\" ]; then cp \"\$ORCH_FEEDBACK_FILE\" told; else echo y >y; fi"]}
  - {id: x, title: X, prompt: p, command: [sh, -c, "for i in 1 2 3; do echo \$i >x; git add x; git commit -qm x\$i; done"]}
  - {id: never, title: N, prompt: p, depends_on: [y], verify: "case \$ORCH_SLOT in v*) exit 1;; esac", command: [sh, -c, "echo n >n"]}
END
	start_service
	ctl 0 add "$work/tasks.yaml"
	ctl 0 wait x
	: >"$work/outside/go"
	ctl 1 wait

	git -C "$work/up.git" show main:told >"$work/told"
	has "$work/told" "gate FAIL on the tree that would land, combined with x: "
	has "$work/told" "combined with: x"
	has "$work/told" "What x changed and what you changed do not go together"
	has "$work/told" "command: ! test -e x"
	has "$work/told" "x and y together"
	ok "the pair is named, $kind"

	ctl 0 show y
	has "$work/out" "came back: gate FAIL on the tree that would land, combined with x"
	ctl 0 --json show y
	has "$work/out" '"rework"'
	ctl 0 show never
	equal "rounds" 2 "$(grep -c 'came back: gate FAIL' "$work/out")"
	has "$work/out" "(after 1 rework)"
	stop_service
	nothing_left
	ok "why each result came back is shown, $kind"
done
