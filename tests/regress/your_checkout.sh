#!/bin/sh
# The result comes into the person's own checkout once: commitd brings the objects
# there on orch/main, and orchctl moves main onto them. When commitd cannot,
# orchctl fetches them itself. A big file travels and stays as one pack.
. "$(dirname "$0")/lib.sh"

cat >"$work/tasks.yaml" <<'EOF'
tasks:
  - {id: big, title: Big, prompt: p, command: [sh, -c, "head -c 12000000 /dev/urandom >big"]}
  - {id: small, title: Small, prompt: p, depends_on: [big], command: [sh, -c, "echo small >small"]}
EOF

# fresh NAME: a repository and a state folder of that name.
fresh() {
	rm -rf "$work/repository"
	new_repository "$work/repository"
	state=$work/state-$1
	tip=$(in_repository rev-parse main)
}

# What orchctl's own Git did; commitd's environment is not ours.
run_traced() {
	rm -f "$work/trace"
	GIT_TRACE=$work/trace orch 0 --verify none "$work/tasks.yaml"
	[ -s "$work/trace" ] || fail "no trace of what orchctl did"
}

landed() {
	equal "landed" "Big Small" "$(in_repository log --reverse --format=%s -2 "$1" | xargs)"
	equal "size" 12000000 "$(in_repository cat-file -s "$1:big")"
	in_repository fsck --strict --no-dangling >"$work/fsck" 2>&1 || fail "fsck: $(cat "$work/fsck")"
}

branches() { in_repository for-each-ref --format='%(refname:short)' refs/heads | xargs; }

# Packs and big loose objects below a folder of objects.
stored() {
	(cd "$1" && find pack -name '*.pack' -size +10000k | wc -l &&
	    find ?? -type f -size +10000k | wc -l) | xargs
}

objects_come_once() {
	fresh once
	run_traced
	landed main
	equal "branches" main "$(branches)"
	equal "the work tree" "" "$(in_repository status --porcelain)"
	! grep -E 'unpack-objects|index-pack' "$work/trace" || fail "orchctl fetched what was there"
	equal "packs, big loose objects" "1 0" "$(stored "$work/repository/.git/objects")"
	equal "commitd's" "1 0" "$(stored "$state"/projects/*/repository.git/objects)"
}

# What can be made smaller is, and stays so.
text_is_compressed() {
	fresh text
	cat >"$work/text.yaml" <<'EOF'
tasks:
  - {id: text, title: Text, prompt: p, command: [sh, -c, "mkdir d; seq 3000000 >d/text"]}
EOF
	orch 0 --verify none "$work/text.yaml"
	equal "lines" 3000000 "$(in_repository show main:d/text | wc -l)"
	for objects in "$work/repository/.git/objects" "$state"/projects/*/repository.git/objects; do
		equal "$objects" "0 0" "$(stored "$objects")"
	done
}

# Its repository takes no push; a fetch is none.
push_fails() {
	fresh fails
	in_repository config receive.maxInputSize 1
	run_traced
	landed main
	equal "branches" main "$(branches)"
	equal "the work tree" "" "$(in_repository status --porcelain)"
	grep -qE 'unpack-objects|index-pack' "$work/trace" || fail "where do the objects come from?"
}

push_fails_and_changes() {
	fresh both
	in_repository config receive.maxInputSize 1
	say "not committed" >>"$work/repository/first.txt"
	run_traced
	equal "main" "$tip" "$(in_repository rev-parse main)"
	has "$work/err" "the result is on orch/main"
	landed orch/main
}

# A branch "orch" is in the way of "orch/main".
name_taken() {
	fresh taken
	in_repository branch orch
	run_traced
	landed main
	equal "branches" "main orch" "$(branches)"
	fresh taken-changes
	in_repository branch orch
	say "not committed" >>"$work/repository/first.txt"
	run_traced
	equal "main" "$tip" "$(in_repository rev-parse main)"
	has "$work/err" "could not be moved forward; the result is main in $state"
	in_repository fetch -q "$(echo "$state"/projects/*/repository.git)" main:result
	landed result
}

changes() {
	fresh beside
	say "not committed" >>"$work/repository/first.txt"
	run_traced
	equal "main" "$tip" "$(in_repository rev-parse main)"
	has "$work/err" "the result is on orch/main"
	landed orch/main
	! grep -E 'unpack-objects|index-pack' "$work/trace" || fail "orchctl fetched what was there"
	# Caught up with: the next run needs it no more.
	in_repository stash -q
	in_repository merge -q --ff-only orch/main
	orch 0 --verify none "$work/tasks.yaml"
	equal "branches" main "$(branches)"
}

# Somebody checks the branch out while a run lands on it.
changes_over() {
	fresh over
	in_repository checkout -q -b dev
	cat >"$work/over.yaml" <<'EOF'
tasks:
  - {id: one, title: One, prompt: p, command: [sh, -c, "echo one >one"]}
  - {id: two, title: Two, prompt: p, depends_on: [one], command: [sh, -c, "sleep 2; echo two >two"]}
EOF
	(wait_until 30 in_repository cat-file -e main:one 2>/dev/null && in_repository checkout -q main) &
	children=$!
	orch 0 --branch main --verify none "$work/over.yaml"
	children=
	equal "landed" "One Two" "$(in_repository log --reverse --format=%s -2 main | xargs)"
	equal "the work tree" "" "$(in_repository status --porcelain)"
}

# Git takes ignored files for worthless; a person's notes and keys are among them.
ignored_in_the_way() {
	fresh ignored
	say notes >"$work/repository/.gitignore"
	in_repository add .gitignore
	in_repository commit -q -m Ignore
	tip=$(in_repository rev-parse main)
	say precious >"$work/repository/notes"
	cat >"$work/notes.yaml" <<'EOF'
tasks:
  - {id: notes, title: Notes, prompt: p, command: [sh, -c, "echo other >notes; git add -f notes"]}
EOF
	orch 0 --verify none "$work/notes.yaml"
	equal "the person's file" precious "$(cat "$work/repository/notes")"
	equal "main" "$tip" "$(in_repository rev-parse main)"
	has "$work/err" "the result is on orch/main"
	equal "landed" other "$(in_repository show orch/main:notes)"
	equal "the work tree" "" "$(in_repository status --porcelain)"
}

# What stands behind a newline in its path is no other repository.
newline_in_path() {
	fresh newline
	new_repository "$work/other"
	there=$(git -C "$work/other" rev-parse main)
	strange="$work/strange
worktree $work/other"
	mkdir -p "${strange%/*}"
	git clone -q "$work/repository" "$strange"
	tip=$(git -C "$strange" rev-parse main)
	(cd "$strange" && expect 0 orchctl run --state "$state" --verify none "$work/tasks.yaml")
	equal "the other repository" "$there" "$(git -C "$work/other" rev-parse main)"
	equal "its branches" main "$(git -C "$work/other" for-each-ref --format='%(refname:short)' refs/heads)"
	equal "landed" "Big Small" "$(git -C "$strange" log --reverse --format=%s -2 main | xargs)"
	[ -e "$strange/small" ] || fail "the checkout did not move"
}

for test in objects_come_once text_is_compressed push_fails push_fails_and_changes name_taken changes \
    changes_over ignored_in_the_way newline_in_path; do
	$test
	ok $test
done
nothing_left
