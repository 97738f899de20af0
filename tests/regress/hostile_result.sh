#!/bin/sh
# What an agent leaves to do harm is refused: the task is BLOCKED with a reason
# that names what it is, or the limit and its option. Nothing of it is in the repository,
# and the task beside it lands. With a larger limit it lands when it is tried again.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
# What an agent can put into its own Git: a commit with a tree that Git would not make.
cat >"$work/repository/evil.sh" <<'END'
set -eu
blob=$(echo x | git hash-object -w --stdin)
tree=$(perl -e 'print "$ARGV[0] $ARGV[1]\0", pack("H*", $ARGV[2])' "$1" "$2" "$blob" |
    git hash-object -t tree -w --stdin --literally)
git update-ref HEAD "$(git commit-tree "$tree" -p HEAD -m evil)"
END
in_repository add -A
in_repository commit -q -m "A tool"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: good, title: Good, prompt: p, command: [sh, -c, "echo good >good"]}
  - {id: dotgit, title: Evil, prompt: p, command: [sh, evil.sh, "100644", .git]}
  - {id: long, title: Long, prompt: p, command: [sh, -c, "mkdir -p a/b/c/d; echo x >a/b/c/d/a_file_with_quite_a_long_name_indeed"]}
  - {id: many, title: Many, prompt: p, command: [sh, -c, "for i in $(seq 30); do echo $i >f$i; done"]}
  - {id: big, title: Big, prompt: p, command: [sh, -c, "head -c 100000 /dev/urandom >big"]}
  - {id: pack, title: Pack, prompt: p, command: [sh, -c, "for i in 1 2 3; do head -c 60000 /dev/urandom >p$i; done"]}
END
cat >"$work/orch.yaml" <<'END'
projects:
  p: {verify: none, hand_over: pack, limits: {pack: 150000, object: 65536, files: 20, path: 40}}
END
orch 1 -j 4 -c "$work/orch.yaml" --json "$work/tasks.yaml"
has "$work/out" '"complete":1,"blocked":5'

# blocked TASK TEXT: its first attempt, with this in the reason.
blocked() {
	grep '"event":"task.blocked"' "$work/out" | grep "\"task\":\"$1\"" | grep -q '"attempt":1' ||
	    fail "$1 is not blocked by its first attempt"
	grep '"event":"task.blocked"' "$work/out" | grep "\"task\":\"$1\"" >"$work/reason"
	has "$work/reason" "$2"
}
blocked dotgit "hasDotgit"
blocked long "limits.path allows 40"
blocked many "more than the 20 files and folders that limits.files allows"
blocked big "an object of 100000 bytes; limits.object allows 65536"
blocked pack "its pack is larger than the 150000 bytes that limits.pack allows"
equal "what landed" good "$(in_repository show main:good)"
for name in "$state"/projects/*/repository.git; do
	equal "attempts" refs/orch/attempts/good/1 "$(git -C "$name" for-each-ref --format='%(refname)' refs/orch/attempts)"
	equal "fsck" "" "$(git -C "$name" fsck --strict --no-dangling 2>&1)"
done
equal "quarantine" "" "$(ls "$state"/projects/*/quarantine)"
ok "five results of agents were refused"

# The same limits hold for what is handed over as plain files.
sed -i 's/hand_over: pack, //' "$work/orch.yaml"
kept=$state
state=$work/files.state
grep -v 'id: good\|id: dotgit' "$work/tasks.yaml" >"$work/files.yaml"
orch 1 -j 4 -c "$work/orch.yaml" --json "$work/files.yaml"
has "$work/out" '"complete":0,"blocked":4'
blocked big "an object of 100000 bytes; limits.object allows 65536"
blocked pack "its files are larger than the 150000 bytes that limits.pack allows"
state=$kept
ok "as plain files, too"

echo 'projects: {p: {verify: none}}' >"$work/orch.yaml"
orch 1 -j 4 -c "$work/orch.yaml" --retry --json "$work/tasks.yaml"
has "$work/out" '"complete":5,"blocked":1'
equal "files" 30 "$(in_repository ls-tree --name-only main | grep -c '^f[0-9]')"
equal "size" 100000 "$(in_repository cat-file -s main:big)"
nothing_left
ok "what is within larger limits lands"
