#!/bin/sh
# What lands on a bare repository is a push to it, so that its hooks run and may refuse; a
# run that somebody waits for ends when they do so again and again, and nothing is lost.
# Hooks of a repository with a work tree do not run: they may be files of that tree.
. "$(dirname "$0")/lib.sh"

new_repository "$work/first"
echo 'tasks: [{id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}]' >"$work/tasks.yaml"
# hook FOLDER NAME COMMAND
hook() {
	printf '#!/bin/sh\n%s\n' "$3" >"$1/hooks/$2"
	chmod +x "$1/hooks/$2"
}

git clone -q --bare "$work/first" "$work/repository"
hook "$work/repository" post-receive "cat >>'$work/seen'"
orch 0 --verify none --branch main "$work/tasks.yaml"
has "$work/seen" refs/heads/main
ok "the hooks of a bare repository run"

hook "$work/repository" pre-receive "echo no pushes on Tuesdays; exit 1"
echo 'tasks: [{id: b, title: B, prompt: p, command: [sh, -c, "echo b >b"]}]' >"$work/more.yaml"
orch 1 --verify none --branch main "$work/more.yaml"
has "$work/err" "no pushes on Tuesdays"
rm "$work/repository/hooks/pre-receive"
orch 0 --verify none --branch main "$work/more.yaml"
equal "landed" "B A First" "$(in_repository log --format=%s main | xargs)"
ok "they may refuse, and the work waits"

rm -rf "$work/repository" "$work/seen"
git clone -q "$work/first" "$work/repository"
in_repository checkout -q -b other
hook "$work/repository/.git" post-receive "cat >>'$work/seen'"
state=$work/state2
orch 0 --verify none --branch main "$work/tasks.yaml"
equal "landed" "A First" "$(in_repository log --format=%s main | xargs)"
[ ! -e "$work/seen" ] || fail "a hook of a repository with a work tree has run"
ok "those of a repository with a work tree do not"
nothing_left
