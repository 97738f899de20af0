#!/bin/sh
# A person's commit is in the workspace of a task that is added after it: with a service
# that did nothing meanwhile, and in a checkout of theirs whose branch is checked out,
# where it is also what the next result lands on; also when they rebased it there.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
# needs FILE ID: a task that cannot do anything without that file.
needs() {
	ask add --id "$2" --title "$2" -- sh -c "cat $1 >$2 || exit 77" >/dev/null
	ctl 0 wait "$2"
}
# theirs REPOSITORY FILE: a commit that adds it.
theirs() {
	[ -e "$work/theirs" ] || git clone -q "$1" "$work/theirs"
	git -C "$work/theirs" pull -q
	say "$2" >"$work/theirs/$2"
	git -C "$work/theirs" add .
	git -C "$work/theirs" commit -q -m "$2"
	git -C "$work/theirs" push -q
}

start_service
needs first.txt one
theirs "$work/up.git" two.txt
needs two.txt three
equal "history" "First one two.txt three" "$(git -C "$work/up.git" log --reverse --format=%s main | xargs)"
stop_service
ok "a service sees what came while it did nothing"

state=$work/state2
sed -i "s|state: .*|state: $state|; s|upstream: [^,]*|upstream: $work/repository|" "$work/orch.yaml"
start_service
say "person" >"$work/repository/person.txt"
in_repository add .
in_repository commit -q -m "Person"
needs person.txt four
is_shown() { in_repository rev-parse -q --verify orch/main >/dev/null; }
wait_until 20 is_shown || fail "the result is not shown"
equal "what it landed on" "Person" "$(in_repository log -1 --format=%s orch/main~)"
ok "so is a commit in a checkout"

# Theirs and ours beside each other: they put theirs onto what landed, as they were told.
say "mine" >"$work/repository/mine.txt"
in_repository add .
in_repository commit -q -m "Mine"
needs person.txt five
shows_five() { [ "$(in_repository log -1 --format=%s orch/main)" = five ]; }
wait_until 20 shows_five || fail "the result is not shown"
in_repository rebase -q orch/main
needs mine.txt six
shows_six() { [ "$(in_repository log -2 --format=%s orch/main | xargs)" = "six Mine" ]; }
wait_until 20 shows_six || fail "it did not land on theirs"
stop_service
start_service
needs mine.txt seven
stop_service
nothing_left
ok "a rebase onto what landed is followed"
