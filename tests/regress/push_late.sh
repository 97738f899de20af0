#!/bin/sh
# commitd is killed during a push that reaches the upstream only when the next
# commitd has looked there: what it brings has landed, and lands once.
. "$(dirname "$0")/lib.sh"

new_repository "$work/first"
git clone -q --bare "$work/first" "$work/repository"
# The first push is held back, and arrives when the second one does.
cat >"$work/repository/hooks/pre-receive" <<END
#!/bin/sh
[ ! -e "$work/arrived" ] || exit 0
read -r old new ref
if [ ! -e "$work/held" ]; then
	echo \$new >"$work/held"
	# Made again in another second, it is another commit.
	second=\$(date +%s)
	while [ \$(date +%s) = \$second ]; do sleep 0.05; done
	for process in /proc/[0-9]*; do
		tr '\0' ' ' <\$process/cmdline | grep -q "^[^ ]*orch-commitd .*$state" && kill -9 \${process#/proc/}
	done
	exit 1
fi
: >"$work/arrived"
[ \$new != \$(cat "$work/held") ] || echo "the same commit" >"$work/arrived"
unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_DIR
for repository in "$state"/projects/*/repository.git; do
	git -C "\$repository" push -q "$work/repository" \$(cat "$work/held"):refs/heads/main
done
END
chmod +x "$work/repository/hooks/pre-receive"
git -C "$work/repository" config core.hooksPath "$work/repository/hooks"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a.txt"]}
  - {id: b, title: B, prompt: p, command: [sh, -c, "echo b >b.txt"], depends_on: [a]}
END
orch 0 -j 2 --verify none --branch main "$work/tasks.yaml"
[ -e "$work/arrived" ] || fail "no push was held back"
[ ! -s "$work/arrived" ] || fail "the second push brought $(cat "$work/arrived")"
equal "history" "B A First" "$(echo $(in_repository log --format=%s main))"
equal "the commit of a" "$(cat "$work/held")" "$(in_repository rev-parse main~1)"
equal "attempts of a" "1" "$(git -C "$(ls -d "$state"/projects/*/repository.git)" for-each-ref refs/orch/attempts/a/ | wc -l)"
nothing_left
ok "a push that arrives late has landed"
