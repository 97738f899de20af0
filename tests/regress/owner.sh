#!/bin/sh
# Root's orch works for the owner of an upstream: what it pushes there belongs to
# the owner, who alone has a right to it, and what the repository's configuration
# and hooks name runs with no more rights than the owner's, if it runs at all.
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || skip "needs root, to work for somebody else"

owner=4242
chmod 711 "$work"
mkdir "$work/theirs"
new_repository "$work/theirs/repository"
git clone -q --bare "$work/theirs/repository" "$work/theirs/bare.git"
for repository in "$work/theirs/repository/.git" "$work/theirs/bare.git"; do
	for hook in pre-receive update post-receive reference-transaction post-merge post-checkout; do
		printf '#!/bin/sh\nid -u >>%s\n' "$work/theirs/ran" >"$repository/hooks/$hook"
		chmod 755 "$repository/hooks/$hook"
	done
	git --git-dir="$repository" config core.hooksPath "$repository/hooks"
done
cat >"$work/tasks.yaml" <<'TASKS'
tasks:
  - {id: one, prompt: p, command: [sh, -c, "echo one >one; mkdir folder; echo x >folder/x"]}
  - {id: two, prompt: p, depends_on: [one], command: [sh, -c, "echo two >two; git rm -q first.txt"]}
TASKS
chown -R "$owner:$owner" "$work/theirs"
chmod 700 "$work/theirs"

as_owner() { setpriv --reuid "$owner" --regid "$owner" --clear-groups "$@"; }
# belongs WHERE: everything below is the owner's.
belongs() { equal "what is not the owner's in $1" "" "$(find "$work/theirs/$1" ! -uid "$owner" -o ! -gid "$owner")"; }

# As sudo tells it.
export SUDO_UID=$owner SUDO_GID=$owner
expect 0 orchctl run -C "$work/theirs/bare.git" --state "$work/state-bare" --verify none "$work/tasks.yaml"
equal "landed" two "$(as_owner git -C "$work/theirs/bare.git" show main:two)"
belongs bare.git
ok "a bare repository"

as_owner git -C "$work/theirs/repository" update-index --refresh >/dev/null || :
expect 0 orchctl run -C "$work/theirs/repository" --state "$work/state" --verify none "$work/tasks.yaml"
equal "landed" two "$(as_owner git -C "$work/theirs/repository" show main:two)"
equal "in the work tree" two "$(cat "$work/theirs/repository/two")"
equal "gone" "" "$(as_owner git -C "$work/theirs/repository" status --porcelain)"
belongs repository
ok "a checkout, moved forward"

# With changes: the result is beside it.
echo mine >"$work/theirs/repository/one"
sed 's/one/three/g; s/two/four/g' "$work/tasks.yaml" | sed 's/; git rm -q first.txt//' >"$work/more.yaml"
expect 0 orchctl run -C "$work/theirs/repository" --state "$work/state" --verify none "$work/more.yaml"
equal "beside" four "$(as_owner git -C "$work/theirs/repository" show orch/main:four)"
as_owner git -C "$work/theirs/repository" checkout -q -f main
equal "what is not the owner's" "" "$(find "$work/theirs/repository" ! -uid "$owner")"
equal "bundles" "" "$(find /tmp -maxdepth 1 -name 'orch-bundle.*' -newer "$work/more.yaml")"
ok "a checkout with changes"

! grep -qx 0 "$work/theirs/ran" 2>/dev/null || fail "the owner's hook ran as root"
ok "no hook of the owner's runs as root"
nothing_left
