#!/bin/sh
# A push reaches the upstream, its answer is lost, and somebody builds upon it
# before commitd has looked: what landed is told as landed, and lands once.
. "$(dirname "$0")/lib.sh"

new_repository "$work/first"
git clone -q --bare "$work/first" "$work/repository"
# The upstream takes the push; before it can say so another commit is on top and it is killed.
cat >"$work/repository/hooks/reference-transaction" <<END
#!/bin/sh
[ "\$1" = committed ] && [ ! -e "$work/struck" ] && grep -q refs/heads/main || exit 0
: >"$work/struck"
tip=\$(git rev-parse refs/heads/main)
other=\$(git -c user.name=Other -c user.email=other@example.org commit-tree -p \$tip -m Other \$tip^{tree})
git update-ref refs/heads/main \$other \$tip
kill -9 \$PPID
END
chmod +x "$work/repository/hooks/reference-transaction"
git -C "$work/repository" config core.hooksPath "$work/repository/hooks"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a.txt"]}
  - {id: b, title: B, prompt: p, command: [sh, -c, "echo b >b.txt"], depends_on: [a]}
END
orch 0 -j 2 --verify none --branch main "$work/tasks.yaml"
[ -e "$work/struck" ] || fail "the upstream was never struck"
equal "history" "B Other A First" "$(echo $(in_repository log --format=%s main))"
equal "attempts of a" "1" "$(git -C "$(ls -d "$state"/projects/*/repository.git)" for-each-ref refs/orch/attempts/a/ | wc -l)"
nothing_left
ok "what the upstream has of ours has landed, whoever built on it"
