#!/bin/sh
# Files that `copy` names are in each workspace, an agent's and the gate's, with mode 0600,
# and in setup's; they are in no result, in no object of commitd's repository and in no layer, whatever
# the agent does with them: commits them, replaces them, says in .gitignore that they are
# not ignored. A tree in which one has no place is red. A missing one, a tracked one and an upstream without a work tree are told. As
# root and as a user, in an overlay and in a checkout.
. "$(dirname "$0")/../attack/users_lib.sh"

run() {
	wanted=$1 seen=0
	shift
	XDG_RUNTIME_DIR=$place/run XDG_STATE_HOME=$place/home as timeout -k 5 120 orchctl run -C "$place/repository" \
	    --state "$place/state" -c "$place/orch.yaml" -j 1 --json "$@" "$place/tasks.yaml" \
	    >"$work/out" 2>"$work/err" </dev/null || seen=$?
	[ $seen -eq "$wanted" ] || { tail -n 40 "$work/out" "$work/err"; fail "exit status $seen"; }
}

try() {
	new_repository "$place/repository"
	in_place() { git -C "$place/repository" "$@"; }
	in_place config user.name Person
	mkdir "$place/repository/conf"
	say tracked >"$place/repository/conf/tracked"
	in_place add .
	in_place commit -q -m "Conf"
	say "KEY=very-secret" >"$place/repository/.env"
	say "also-very-secret" >"$place/repository/conf/local"
	printf '.env\nconf/local\n' >"$place/repository/.git/info/exclude"
	cat >"$place/orch.yaml" <<END
projects:
  p: {workspace: $kind, method: $method, retries: {failed: 0}, copy: [.env, conf/local], setup: "test -s .env && test -s conf/local && echo made >seen"}
END
	cat >"$place/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "test \"$(stat -c %a .env)\" = 600 && test \"$(stat -c %u .env)\" = \"$(id -u)\" && . ./.env && test $KEY = very-secret && test -s conf/local && test -z \"$(git status --porcelain)\" && test -e seen && echo a >a && git add -A && git commit -q -m A"]}
  - {id: b, title: B, prompt: p, command: [sh, -c, "echo '!.env' >.gitignore && echo more >>.env && echo b >b && git add -f .env conf/local .gitignore b && git commit -q -m B"]}
  - {id: c, title: C, prompt: p, command: [sh, -c, "rm .env conf/local && mkdir .env && echo x >.env/x && ln -s /etc/passwd conf/local && echo c >c"]}
  - {id: d, title: D, prompt: p, command: [sh, -c, "rm -r conf && ln -s /etc conf && echo d >d"]}
END
	[ "$who" = "$(id -u)" ] || chown -R "$who:$who" "$place"
	run 1 --verify 'test -s .env && { test -L conf || test -s conf/local; }'
	equal "blocked" 1 "$(grep -c '"task.blocked"' "$work/out")"
	has "$work/out" "copy: conf/local"
	equal "files" ".gitignore a b c conf/tracked first.txt" "$(in_place ls-tree -r --name-only main | xargs)"
	repository=$place/state/projects/p/repository.git
	git --git-dir="$repository" cat-file --batch-all-objects --batch --unordered >"$work/objects"
	! grep -qa "very-secret" "$work/objects" || fail "it is in commitd's repository"
	! grep -rqa "very-secret" "$place/state/logs" || fail "it is in the logs"
	find "$place/state/prepared" -name .env -o -name local >"$work/found"
	[ ! -s "$work/found" ] || fail "it is in a layer: $(cat "$work/found")"
	nothing_left
	ok "copied and never landed, $who $kind $method"
}

method=squash
for_each_user try
# What keeps an agent's own commits.
method=rebase kinds=overlay
rm -rf "$work/0.overlay" "$work/$(id -u).overlay" "$work/$nobody.overlay"
for_each_user try

place=$work/refused kind=overlay who=$(id -u)
mkdir -p "$place/home" "$place/run"
new_repository "$place/repository"
cat >"$place/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}
END
say "projects: {p: {retries: {failed: 0}, copy: [.env]}}" >"$place/orch.yaml"
run 1 --verify none
has "$work/out" ".env: No such file"
say x >"$work/elsewhere"
ln -s "$work/elsewhere" "$place/repository/.env"
rm -rf "$place/state"
run 1 --verify none
has "$work/out" "copy: "
say "projects: {p: {retries: {failed: 0}, copy: [first.txt]}}" >"$place/orch.yaml"
rm -rf "$place/state"
run 1 --verify none
has "$work/out" "the branch has it"
for path in ../x /etc/passwd 'a*' .git/config a/; do
	say "projects: {p: {copy: ['$path']}}" >"$place/orch.yaml"
	rm -rf "$place/state"
	run 2 --verify none
done
git clone -q --bare "$place/repository" "$work/up.git"
cat >"$work/orch.yaml" <<END
version: 1
state: $work/state
runtime: $work/run/orch
projects:
  p: {upstream: $work/up.git, branch: main, verify: none, copy: [.env]}
END
expect 2 orchd -n -c "$work/orch.yaml"
has "$work/err" "has no work tree"
ok "what cannot be copied is told"
