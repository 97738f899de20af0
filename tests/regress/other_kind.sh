#!/bin/sh
# A folder becomes a submodule, then a folder again with other files: the next agent and
# the gate see what is in the tree and nothing of before, in both kinds of workspace.
. "$(dirname "$0")/lib.sh"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: sub
    title: Sub
    prompt: p
    command:
      - sh
      - -c
      - |
        git rm -rq d; git init -q d; echo new >d/f; git -C d add f
        git -C d -c user.name=a -c user.email=a@e commit -qm m
        printf '[submodule "d"]\n\tpath = d\n\turl = https://example.org/m\n' >.gitmodules
        git add .gitmodules; git update-index --add --cacheinfo 160000,$(git -C d rev-parse HEAD),d
        git commit -qm sub; rm -rf d; mkdir d
  - {id: after, title: After, prompt: p, depends_on: [sub], command: [sh, -c, "test -d d && test -z \"$(ls -A d)\" && echo x >after"]}
  - {id: back, title: Back, prompt: p, depends_on: [after], command: [sh, -c, "git rm -q --cached d; rm .gitmodules; echo other >d/other"]}
  - {id: last, title: Last, prompt: p, depends_on: [back], command: [sh, -c, "test \"$(ls -A d)\" = other && echo x >last"]}
END
for kind in auto checkout; do
	rm -rf "$work/repository"
	new_repository "$work/repository"
	mkdir -p "$work/repository/d/deep"
	say one >"$work/repository/d/one"
	say two >"$work/repository/d/deep/two"
	in_repository add -A
	in_repository commit -q -m "A folder"
	cat >"$work/orch.yaml" <<-END
	projects:
	  p: {workspace: $kind, verify: "if git ls-files -s d | grep -q ^160000; then test -z \"\$(ls -A d)\"; else test ! -e d/one -o ! -e d/other; fi"}
	END
	state=$work/state-$kind
	orch 0 -j 2 -c "$work/orch.yaml" --json "$work/tasks.yaml"
	has "$work/out" '"complete":4,"blocked":0'
	equal "files" d/other "$(in_repository ls-tree -r --name-only main d)"
	ok "another kind of thing in its place: $kind"
done
nothing_left
