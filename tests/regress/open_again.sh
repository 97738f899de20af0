#!/bin/sh
# A fetch that fails when the project is opened says something of the machine or of
# the network: it is tried again. A run gives up after some tries, with the reason.
. "$(dirname "$0")/lib.sh"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "date +%N >>a"]}
END

# Opened before; since then the branch went on, and no fetch can say so.
new_repository "$work/repository"
orch 0 --verify none "$work/tasks.yaml"
say two >"$work/repository/second.txt"
in_repository add second.txt
in_repository commit -q -m Second
barrier=$(echo "$state"/projects/*/repository.git)/refs/orch/upstream.lock
sed -i 's/id: a/id: b/' "$work/tasks.yaml"

goes_on() {
	mkdir "$barrier"
	orchctl run -C "$work/repository" --state "$state" --verify none "$work/tasks.yaml" \
	    >"$work/out" 2>"$work/err" </dev/null &
	run=$!
	children=$run
	wait_until 20 grep -q event=retry "$work/err" || fail "it is not tried again: $(cat "$work/err")"
	rmdir "$barrier"
	wait $run || fail "the run ended with $?: $(cat "$work/err")"
	children=
	equal "landed" "A Second A First" "$(in_repository log --format=%s main | xargs)"
}

gives_up() {
	in_repository commit -q --allow-empty -m Third
	sed -i 's/id: b/id: c/' "$work/tasks.yaml"
	mkdir "$barrier"
	orch 1 --verify none "$work/tasks.yaml"
	has "$work/err" "upstream.lock"
	equal "tries" 4 "$(grep -c event=retry "$work/err")"
	rmdir "$barrier"
	orch 0 --verify none "$work/tasks.yaml"
}

for test in goes_on gives_up; do
	$test
	ok $test
done
nothing_left
