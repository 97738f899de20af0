#!/bin/sh
# What becomes of an agent's commits: squash makes one of them, rebase keeps each, on
# the branch as it is by then, merge keeps them beside the line; each commit of the
# branch is proved on its own; trailers that an agent forged are gone everywhere.
. "$(dirname "$0")/lib.sh"

new_repository "$work/first"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: two
    title: Two commits
    prompt: p
    agent: x
    command: [sh, -c, "echo 1 >one; git add -A; git -c user.name=Ann commit -qm 'add one'; echo 2 >two; git add -A; printf 'add two\n\nOrch-Task: other\nOrch-Ticket: 99\n' | git commit -qF -"]
  - id: late
    title: Late commits
    prompt: p
    command: [sh, -c, "echo 3 >three; git add -A; git commit -qm 'add three'; git rm -q first.txt; git commit -qm 'no first'; echo 3 >>three; echo rest >rest"]
  - {id: none, title: No commit, prompt: 'Do it.', command: [sh, -c, "echo 4 >four"]}
END
sed -i '/agent: x/d' "$work/tasks.yaml"

# with METHOD ARGUMENTS...: all three tasks at once, so that two of them land on a branch that has moved.
with() {
	method=$1
	shift
	rm -rf "$work/repository"
	git clone -q "$work/first" "$work/repository"
	state=$work/state-$method
	orch 0 -j 3 --order plan --method "$method" "$@" "$work/tasks.yaml"
	[ -z "$(in_repository status --porcelain)" ] || fail "$method: the checkout is not clean"
	equal "$method: files" "four one rest three two" "$(in_repository ls-files | xargs)"
	! in_repository log --format=%B main | grep -q 'Orch-Ticket: 99' || fail "$method: a forged trailer"
	in_repository fsck --strict --no-dangling >"$work/fsck" 2>&1 || fail "$method: $(cat "$work/fsck")"
}
subjects() { in_repository log --reverse --format=%s "$@" main | paste -sd, -; }
trailers() { in_repository log --reverse --format='%(trailers:key=Orch-Ticket,valueonly,separator=%x2c)' "$@" main | grep . | paste -sd, -; }

with squash --verify none
equal "squash" "First,Two commits,Late commits,No commit" "$(subjects)"
equal "squash: tickets" 1,2,3 "$(trailers)"

with rebase --verify 'echo "$(ls | xargs)" >>"$TMPDIR/x"; ! test -e red'
equal "rebase" "First,add one,add two,add three,no first,Late commits,No commit" "$(subjects)"
equal "rebase: tickets" 1,1,2,2,2,3 "$(trailers)"
equal "rebase: author" Ann "$(in_repository log -1 --format=%an main~5)"
equal "rebase: committer" orch "$(in_repository log -1 --format=%cn main~5)"
equal "rebase: line" 0 "$(in_repository rev-list --merges --count main)"
equal "rebase: in one" "one" "$(in_repository diff --name-only main~6 main~5)"

with merge --verify none
equal "merge: the line" "First,Two commits,Late commits,No commit" "$(subjects --first-parent)"
equal "merge: beside it" "add one,add two" "$(in_repository log --reverse --format=%s main~3..main~2^2 | paste -sd, -)"
equal "merge: merges" 3 "$(in_repository rev-list --merges --count main)"
equal "merge: tickets" 1,2,3 "$(trailers --first-parent)"
ok "squash, rebase, merge"

# Green as a whole is not enough: a commit in between that is red keeps all of them out.
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: between, title: B, prompt: p, command: [sh, -c, "touch red; git add -A; git commit -qm 'in between'; git rm -q red; echo x >x; git add -A; git commit -qm 'mended'"]}
END
cat >"$work/orch.yaml" <<'END'
projects: {repository: {retries: {rework: 0}}}
END
rm -rf "$work/repository"
git clone -q "$work/first" "$work/repository"
state=$work/state-red
orch 1 -c "$work/orch.yaml" --method rebase --verify 'test ! -e red' "$work/tasks.yaml"
has "$work/out" BLOCKED
equal "nothing landed" First "$(subjects)"
state=$work/state-green
orch 0 -c "$work/orch.yaml" --method squash --verify 'test ! -e red' "$work/tasks.yaml"
ok "every commit of a rebase is proved"

nothing_left
