#!/bin/sh
# Agents that do harm, each a task of one run: one that is not found, one that
# deletes its workspace or its .git, that commits nothing, or a thousand times,
# that leaves a repository inside, a symlink out of the tree, a file named -rf,
# hooks and filters in its .git. Each ends as COMPLETE or BLOCKED with a reason,
# none hurts another one, nothing outside is touched, and nothing keeps running.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
say precious >"$work/outside"
chmod 666 "$work/outside"
cat >"$work/tasks.yaml" <<END
tasks:
  - {id: not-found, title: T, prompt: p, command: [no-such-agent-here, --flag]}
  - {id: deletes-workspace, title: T, prompt: p, command: [sh, -c, "rm -rf /workspace/* /workspace/.[a-z]* 2>/dev/null; rm -rf /workspace; exit 0"]}
  - {id: deletes-git, title: T, prompt: p, command: [sh, -c, "rm -rf .git; echo x >after-git"]}
  - {id: breaks-git, title: T, prompt: p, command: [sh, -c, "echo garbage >.git/HEAD; echo garbage >.git/index; echo x >broken-git"]}
  - {id: commits-nothing, title: T, prompt: p, command: [sh, -c, "git commit -q --allow-empty -m nothing"]}
  - {id: thousand, title: A thousand commits, prompt: p, command: [sh, -c, "i=0; while [ \$i -lt 1000 ]; do i=\$((i+1)); echo \"commit refs/heads/many\"; echo \"committer A <a@example.org> 1600000000 +0000\"; echo \"data 2\"; echo \"m\"; [ \$i != 1 ] || echo \"from \$(git rev-parse HEAD)\"; echo \"M 644 inline thousand\"; echo \"data \${#i}\"; echo \"\$i\"; done | git fast-import --quiet; git reset -q --hard many"]}
  - {id: nested, title: Nested, prompt: p, command: [sh, -c, "git init -q inner; cd inner; echo x >f; git add .; git -c user.name=a -c user.email=a@b commit -q -m i; cd ..; echo x >beside-nested"]}
  - {id: symlink-out, title: T, prompt: p, command: [sh, -c, "ln -s $work/outside link-out; ln -s / root; ln -s ../../../.. up; echo changed >$work/outside; echo x >beside-link"]}
  - {id: dash-rf, title: T, prompt: p, command: [sh, -c, "echo x >./-rf; echo y >'--all'; printf z >\"new
line\"; mkdir -- -d; echo d >./-d/-f"]}
  - {id: hooks, title: T, prompt: p, command: [sh, -c, "mkdir -p .git/hooks; for h in pre-commit post-commit reference-transaction post-checkout; do printf '#!/bin/sh\\\\necho bad >$work/outside\\\\n' >.git/hooks/\$h; chmod +x .git/hooks/\$h; done; git config core.fsmonitor 'echo bad >$work/outside'; git config filter.x.clean 'echo bad'; echo '* filter=x' >.git/info/attributes; echo clean >hooked"]}
  - {id: background, title: T, prompt: p, command: [sh, -c, "echo x >background; setsid sh -c 'setsid sleep 600 & sleep 600' >/dev/null 2>&1 & exit 0"]}
  - {id: unreadable, title: T, prompt: p, command: [sh, -c, "mkdir dark; echo x >dark/file; chmod 000 dark/file; chmod 000 dark; mkfifo pipe; echo x >beside-dark"]}
  - {id: fine, title: Fine, prompt: p, command: [sh, -c, "echo fine >fine"]}
END
limit_seconds=200 orch 1 -j 4 --verify none --json "$work/tasks.yaml"

ended() { sed -n "s/.*\"event\":\"task\.\(complete\|blocked\)\".*\"task\":\"$1\".*/\1/p" "$work/out"; }
blocked_with() {
	equal "$1" blocked "$(ended "$1")"
	grep '"task.blocked"' "$work/out" | grep "\"$1\"" >"$work/reason"
	has "$work/reason" "$2"
	ok "$1"
}
# landed TASK FILE CONTENT
landed() {
	equal "$1" complete "$(ended "$1")"
	equal "what $1 landed" "$3" "$(in_repository show "main:$2")"
	ok "$1"
}

equal "all have ended" 13 "$(grep -c '"task.complete"\|"task.blocked"' "$work/out")"
blocked_with not-found no-such-agent-here
case $(ended deletes-workspace) in
# Everything was deleted: that is a change, and this repository's own files are that.
complete) equal "deleted" "" "$(in_repository ls-tree --name-only "$(in_repository log --grep='^Orch-Task: deletes-workspace' --format=%H)")" ;;
blocked) ok "it was refused" ;;
*) fail "deletes-workspace has not ended" ;;
esac
ok deletes-workspace
landed deletes-git after-git x
landed breaks-git broken-git x
equal commits-nothing blocked "$(ended commits-nothing)"
ok commits-nothing
landed thousand thousand 1000
equal "commits of the thousand" 1 "$(in_repository log --oneline -- thousand | wc -l)"
case $(ended nested) in
complete)
	! in_repository ls-tree -r main | grep -q '^160000' || fail "a submodule nobody declared has landed"
	ok nested ;;
blocked) blocked_with nested inner ;;
esac
landed symlink-out beside-link x
equal "the link" "$work/outside" "$(in_repository show main:link-out)"
landed dash-rf "-rf" x
equal "-d/-f" d "$(in_repository show main:-d/-f)"
landed hooks hooked clean
landed background background x
equal unreadable complete "$(ended unreadable)"
ok unreadable
landed fine fine fine
equal "the file outside" precious "$(cat "$work/outside")"
equal "the checkout" "" "$(in_repository status --porcelain)"
in_repository fsck --strict --no-dangling 2>"$work/fsck" || { cat "$work/fsck"; fail "fsck"; }
nothing_left
