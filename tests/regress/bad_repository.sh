#!/bin/sh
# Repositories and state folders that cannot be used: each is refused with a clear
# text and exit status 2, and nothing is changed. A dirty checkout is no error: the
# result goes to orch/<branch>, and what the person had there stays.
. "$(dirname "$0")/lib.sh"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}
END

not_a_repository() {
	mkdir "$work/plain"
	expect 2 orchctl run -C "$work/plain" --state "$work/s1" --verify none "$work/tasks.yaml"
	has "$work/err" "$work/plain"
	expect 2 orchctl run -C "$work/not-there" --state "$work/s1" --verify none "$work/tasks.yaml"
	has "$work/err" "$work/not-there"
}

empty_repository() {
	git init -q -b main "$work/empty"
	expect 2 orchctl run -C "$work/empty" --state "$work/s2" --verify none "$work/tasks.yaml"
	has "$work/err" "commit"
}

sha256_repository() {
	git init -q -b main --object-format=sha256 "$work/sha256" 2>/dev/null || return 0
	git -C "$work/sha256" commit -q --allow-empty -m First
	expect 2 orchctl run -C "$work/sha256" --state "$work/s7" --verify none "$work/tasks.yaml"
	has "$work/err" "$work/sha256: names its objects by SHA-256; only a repository that does so by SHA-1 can be used"
}

branch_not_there() {
	new_repository "$work/repository"
	state=$work/s3
	orch 2 --verify none --branch missing "$work/tasks.yaml"
	has "$work/err" missing
	equal "branches" refs/heads/main "$(in_repository for-each-ref --format='%(refname)')"
}

dirty_checkout() {
	state=$work/s4
	say "not committed" >>"$work/repository/first.txt"
	tip=$(in_repository rev-parse main)
	orch 0 --verify none "$work/tasks.yaml"
	has "$work/err" "orch/main"
	equal "main" "$tip" "$(in_repository rev-parse main)"
	equal "landed" A "$(in_repository log -1 --format=%s orch/main)"
	equal "the change" "first not committed" "$(xargs <"$work/repository/first.txt")"
	in_repository checkout -q first.txt
	in_repository update-ref -d refs/heads/orch/main
}

state_in_use() {
	state=$work/s5
	cat >"$work/slow.yaml" <<'END'
tasks:
  - {id: slow, title: S, prompt: p, command: [sh, -c, "sleep 3; echo s >slow"]}
END
	orchctl run -C "$work/repository" --state "$state" --verify none --json "$work/slow.yaml" >"$work/slow.out" 2>&1 &
	children=$!
	is_running() { grep -q task.start "$work/slow.out"; }
	wait_until 20 is_running || fail "the first run does not start"
	orch 2 --verify none "$work/tasks.yaml"
	has "$work/err" "$state"
	has "$work/err" "another run"
	wait $children || fail "the first run was disturbed"
	children=
}

state_of_another_repository() {
	new_repository "$work/second"
	say other >"$work/second/other"
	git -C "$work/second" add .
	git -C "$work/second" commit -q -m other
	expect 2 orchctl run -C "$work/second" --state "$state" --verify none "$work/tasks.yaml"
	has "$work/err" "$state"
	equal "landed elsewhere" 2 "$(git -C "$work/second" rev-list --count main)"
}

state_of_a_newer_version() {
	state=$work/s6
	mkdir -m 700 "$state"
	say 99 >"$state/version"
	orch 2 --verify none "$work/tasks.yaml"
	has "$work/err" version
	has "$work/err" 99
	equal "version" 99 "$(cat "$state/version")"
	[ ! -e "$state/orch.db" ] || fail "something was made in a state folder of a newer version"
}

state_is_a_file() {
	say x >"$work/a-file"
	expect 2 orchctl run -C "$work/repository" --state "$work/a-file" --verify none "$work/tasks.yaml"
	has "$work/err" "$work/a-file"
}

wrong_options() {
	expect 2 orchctl run -C "$work/repository" --order sideways --verify none "$work/tasks.yaml"
	expect 2 orchctl run -C "$work/repository" -j 0 --verify none "$work/tasks.yaml"
	expect 2 orchctl run -C "$work/repository" --no-such-option "$work/tasks.yaml"
	expect 2 orchctl no-such-command
	expect 3 orchctl -s "$work/no.sock" list || expect 3 orchctl list -s "$work/no.sock"
}

for test in not_a_repository empty_repository sha256_repository branch_not_there dirty_checkout state_in_use \
    state_of_another_repository state_of_a_newer_version state_is_a_file wrong_options; do
	if [ -n "${ONLY:-}" ] && [ "$ONLY" != $test ]; then continue; fi
	$test
	ok $test
done
nothing_left
