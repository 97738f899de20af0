#!/bin/sh
# A folder that becomes a submodule: for the verify command and for the next agent it
# is empty, as in a fresh checkout, and what was in it is not seen from below. And
# back again. In both kinds of workspace.
. "$(dirname "$0")/lib.sh"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: becomes
    title: Becomes
    prompt: p
    command:
      - sh
      - -c
      - |
        rm -r folder
        git rm -q -r --cached folder
        git init -q folder
        git -C folder -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m inside
        printf '[submodule "folder"]\n\tpath = folder\n' >.gitmodules
  - id: seen
    title: Seen
    prompt: p
    depends_on: [becomes]
    command: [sh, -c, "find folder >seen"]
  - id: back
    title: Back
    prompt: p
    depends_on: [seen]
    command: [sh, -c, "git rm -q --cached folder; echo back >folder/new; : >.gitmodules"]
END
for kind in overlay checkout; do
	rm -rf "$work/repository"
	new_repository "$work/repository"
	mkdir -p "$work/repository/folder/deep"
	say one >"$work/repository/folder/one"
	say two >"$work/repository/folder/deep/two"
	in_repository add .
	in_repository commit -q -m Folder
	state=$work/state-$kind
	say "projects: {p: {workspace: $kind, retries: {failed: 0}}}" >"$work/orch.yaml"
	orch 0 -c "$work/orch.yaml" -j 1 --verify 'test ! -e folder/one && test ! -e folder/deep' \
	    "$work/tasks.yaml"
	equal "a submodule" 160000 "$(in_repository ls-tree main~1 folder | cut -d ' ' -f 1)"
	equal "seen afterwards" folder "$(in_repository show main:seen)"
	equal "files again" folder/new "$(in_repository ls-tree -r --name-only main folder)"
	nothing_left
	ok "a folder that becomes a submodule, by $kind"
done
