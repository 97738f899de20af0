#!/bin/sh
# A shallow clone, as CI services make them: work lands on it, the next run goes on
# with it, and an agent sees a history that ends and not one that is damaged.
. "$(dirname "$0")/lib.sh"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: log, title: Log, prompt: p, command: [sh, -c, "git log --format=%s >log && git add log && git commit -q -m Own && echo more >>more"]}
  - {id: after, title: After, prompt: p, depends_on: [log], command: [sh, -c, "git log --format=%s >log-after"]}
END

new_repository "$work/full"
for i in 2 3; do
	git -C "$work/full" commit -q --allow-empty -m "Number $i"
done

# shallow_clone NAME OPTION...
shallow_clone() {
	state=$work/state-$1
	rm -rf "$work/repository"
	shift
	git clone -q --depth 1 "$@" "file://$work/full" "$work/repository"
}

titles() { in_repository log --format=%s "$1" | xargs; }

sound() { in_repository fsck --strict --no-dangling >"$work/fsck" 2>&1 || fail "fsck: $(cat "$work/fsck")"; }

checked_out() {
	shallow_clone plain
	orch 0 --verify none "$work/tasks.yaml"
	equal "landed" "After Own Number 3" "$(titles main)"
	equal "what the agent saw" "Number 3" "$(in_repository show main:log)"
	equal "what the next saw" "Own Number 3" "$(in_repository show main:log-after | xargs)"
	sound
	# Again, on what is there, and with what a person did in between.
	in_repository commit -q --allow-empty -m Theirs
	sed 's/id: log/id: log2/; s/id: after/id: after2/; s/\[log\]/[log2]/' "$work/tasks.yaml" >"$work/again.yaml"
	orch 0 --verify none "$work/again.yaml"
	equal "landed" "After Own Theirs After Own Number 3" "$(titles main)"
	sound
}

checkout_mode() {
	shallow_clone checkout
	printf 'version: 1\nprojects:\n  p: {workspace: checkout}\n' >"$work/orch.yaml"
	orch 0 -c "$work/orch.yaml" --verify none "$work/tasks.yaml"
	equal "landed" "After Own Number 3" "$(titles main)"
	equal "what the agent saw" "Number 3" "$(in_repository show main:log)"
}

with_changes() {
	shallow_clone changes
	say "not committed" >>"$work/repository/first.txt"
	orch 0 --verify none "$work/tasks.yaml"
	has "$work/err" "the result is on orch/main"
	equal "landed" "After Own Number 3" "$(titles orch/main)"
	sound
}

bare() {
	shallow_clone bare --bare
	orch 0 --branch main --verify "test -e first.txt" "$work/tasks.yaml"
	equal "landed" "After Own Number 3" "$(titles main)"
	sound
}

# Fetched anew with one commit: nobody can say that it stands on what landed, and
# nothing lands on the old place.
cut_again() {
	shallow_clone cut
	orch 0 --verify none "$work/tasks.yaml"
	in_repository push -q origin HEAD:refs/heads/pushed
	git -C "$work/full" merge -q --ff-only pushed
	git -C "$work/full" commit -q --allow-empty -m Later
	in_repository fetch -q --depth 1 origin main
	in_repository reset -q --hard origin/main
	sed 's/id: log/id: log2/; s/id: after/id: after2/; s/\[log\]/[log2]/' "$work/tasks.yaml" >"$work/again.yaml"
	orch 1 --verify none "$work/again.yaml"
	has "$work/err" "does not contain what it had before, nor what landed"
	equal "nothing landed" Later "$(titles main)"
	equal "branches" main "$(in_repository for-each-ref --format='%(refname:short)' refs/heads | xargs)"
}

for test in checked_out checkout_mode with_changes bare cut_again; do
	$test
	ok $test
done
nothing_left
