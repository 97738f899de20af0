#!/bin/sh
# A person takes what landed off the branch. Nothing puts it back: the project is
# refused, in words, and so it is when it is started again; with a new state folder all
# goes on from where the branch is.
. "$(dirname "$0")/lib.sh"

new_repository "$work/first"
git clone -q --bare "$work/first" "$work/repository"
# one NAME: a task that adds this file.
one() {
	say "tasks: [{id: $1, title: $1, prompt: p, command: [sh, -c, 'echo $1 >$1']}]" >"$work/tasks.yaml"
}
subjects() { in_repository log --reverse --format=%s main | xargs; }

one a
orch 0 --branch main --verify none "$work/tasks.yaml"
one b
orch 0 --branch main --verify none "$work/tasks.yaml"
equal "history" "First a b" "$(subjects)"
in_repository update-ref refs/heads/main main~
one c
for try in 1 2; do
	orch 1 --branch main --verify none "$work/tasks.yaml"
	has "$work/err" "which does not contain what it had before"
	has "$work/err" "use another state folder"
	equal "history after try $try" "First a" "$(subjects)"
done
state=$work/state2
orch 0 --branch main --verify none "$work/tasks.yaml"
equal "history" "First a c" "$(subjects)"
nothing_left
ok "what a person took away stays away"
