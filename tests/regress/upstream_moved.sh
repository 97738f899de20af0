#!/bin/sh
# A person's commit is in the workspace of a task that is added after it: with a service
# that did nothing meanwhile, and in a checkout of theirs whose branch is checked out,
# where it is also what the next result lands on.
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
stop_service
nothing_left
ok "so is a commit in a checkout"
