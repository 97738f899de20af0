#!/bin/sh
# An agent takes its own right to write from the top of its workspace and HOME, so that they
# could not be moved away: the next task in the slot finds nothing of it, and works.
. "$(dirname "$0")/users_lib.sh"

once() {
	new_repository "$place/repository"
	mkdir "$place/repository/src"
	say "here" >"$place/repository/src/file"
	git -C "$place/repository" add . && git -C "$place/repository" commit -qm Src
	cat >"$place/orch.yaml" <<-END
	projects:
	  run: {verify: 'test ! -e ~/poison && { [ ! -e poison ] || { touch ~/poison; chmod 500 ~; }; }', workspace: $kind, retries: {failed: 0}, order: plan}
	END
	cat >"$place/tasks.yaml" <<-'END'
	tasks:
	  - id: a
	    title: a
	    diff: optional
	    command: [sh, -c, 'echo evil >src/evil; echo "echo hook of a >&2" >.git/hooks/pre-commit; mkdir -p .git/hooks; chmod 755 .git/hooks/pre-commit; chmod 500 /tmp .git src /workspace; exit 77']
	  - id: b
	    title: b
	    command: [sh, -c, 'test ! -e src/evil || exit 9; echo x >src/x; git add .; git commit -qm B']
	  - id: c
	    title: c
	    command: [sh, -c, 'echo x >poison; mkdir -p deep/er; chmod 500 ~']
	  - id: d
	    title: d
	    command: [sh, -c, 'rm poison; echo y >y']
	  - id: e
	    title: e
	    command: [sh, -c, 'echo z >z; mkdir deep; chmod 000 deep ~ /tmp']
	  - id: f
	    title: f
	    command: [sh, -c, 'echo z >zz']
	END
	[ "$who" = "$(id -u)" ] || chown -R "$who:$who" "$place"
	status=0
	as env -C "$place/repository" XDG_RUNTIME_DIR="$place/run" timeout -k 5 90 orchctl run \
	    -c "$place/orch.yaml" --state "$place/state" -j 1 "$place/tasks.yaml" \
	    >"$place/out" 2>&1 </dev/null || status=$?
	[ $status = 1 ] || { cat "$place/out" "$place"/state/logs/*/*.log; fail "as $who in $kind: exit status $status"; }
	[ -z "${SHOW:-}" ] || cat "$place/out" "$place"/state/logs/*/*.log
	equal "landed as $who in $kind" "B c d e f" "$(as git -C "$place/repository" log --reverse --format=%s main | tail -n +3 | xargs)"
	! as git -C "$place/repository" cat-file -e main:src/evil 2>/dev/null || fail "a's file landed under b"
	! grep -rq 'hook of a' "$place"/state/logs/b || fail "a's hook ran in b's workspace"
	nothing_left
	ok "as $who in $kind"
}
for_each_user once
