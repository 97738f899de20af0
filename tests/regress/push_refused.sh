#!/bin/sh
# Somebody else pushes first, and commitd cannot write its own branch when it has
# seen that (the disk, a lock that it cannot take away): the next try is not forced over their commit.
. "$(dirname "$0")/lib.sh"

new_repository "$work/first"
git clone -q --bare "$work/first" "$work/repository"
# Their commit comes between what commitd has seen of the branch and its push.
cat >"$work/repository/hooks/pre-receive" <<END
#!/bin/sh
[ ! -e "$work/struck" ] || exit 0
unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
tip=\$(git rev-parse refs/heads/main)
other=\$(git -c user.name=Other -c user.email=other@example.org commit-tree -p \$tip -m Other \$tip^{tree})
for repository in "$state"/projects/*/repository.git; do
	mkdir "\$repository/refs/heads/main.lock"
done
git update-ref refs/heads/main \$other \$tip && : >"$work/struck"
END
chmod +x "$work/repository/hooks/pre-receive"
git -C "$work/repository" config core.hooksPath "$work/repository/hooks"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a.txt"]}
END
failed_once() { [ -e "$work/struck" ] && grep -q 'event=retry' "$work/err"; }
unlock() {
	wait_until 60 failed_once || return
	rmdir "$state"/projects/*/repository.git/refs/heads/main.lock
	: >"$work/unlocked"
}
: >"$work/err"
unlock &
children=$!
orch 0 --verify none --branch main "$work/tasks.yaml"
[ -e "$work/unlocked" ] || fail "commitd had no difficulty"
equal "history" "A Other First" "$(echo $(in_repository log --format=%s main))"
nothing_left
ok "nobody's commit is lost to a second try"
