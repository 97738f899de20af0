#!/bin/sh
# What landed is lost, the repository of the project alone or all of its folder; upstream the
# branch is checked out, so that it has only orch/main. Another line cannot go on from there:
# what is to land says so, and so does status, until the folder is back. Nothing of it is
# written over, so that it goes on then.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
say "mine" >>"$work/repository/first.txt"
service_configuration
sed -i "s#$work/up.git#$work/repository#" "$work/orch.yaml"
project=$state/projects/p
limit_seconds=20
start_service
is() { ask list | grep "^$1 " | grep -q " $2 "; }
# waits TASK WORDS: show says so, and list.
waits() {
	ask show "$1" | grep -qF "waits for    $2" && ask list | grep "^$1 " | grep -qF "waits for $2"
}
landed() { git -C "$project/repository.git" ls-tree --name-only main | grep -v txt | xargs; }
ctl 0 add --id first --files first -- sh -c "echo 1 >first"
ctl 0 wait first
stop_service

mv "$project/repository.git" "$work/away.git"
limit_seconds=20
start_service
ctl 0 add --id second --files second -- sh -c "echo 2 >second"
lost="$project/repository.git: is lost, and by $project/landings something has landed in it"
wait_until 30 waits second "project p to be opened: $lost" || { ask show second; ask list; fail "it does not say what is lost"; }
ctl 0 status
has "$work/out" "not open     $lost"
mv "$work/away.git" "$project/repository.git"
ctl 0 wait second
equal "what landed" "first second" "$(landed)"
stop_service
ok "the repository is lost, and back"

mv "$project" "$work/away"
limit_seconds=20
start_service
ctl 0 add --id third --files third -- sh -c "echo 3 >third"
wait_until 30 is third LANDING || { ask list; fail "it does not get into the line"; }
lost="$project is not the folder that ticket 2 landed in"
waits third "its project's folder to be put back: $lost" || { ask show third; ask list; fail "it does not say what is lost"; }
ctl 0 status
has "$work/out" "stalled      $lost"
ctl 0 events --type project.stalled
has "$work/out" "$lost"
stop_service
rm -rf "$project"
mv "$work/away" "$project"
limit_seconds=20
start_service
ctl 0 wait third
equal "what landed" "first second third" "$(landed)"
! ask status | grep -q "^stalled" || fail "it is still said to lack something: $(ask status)"
ok "all of it is lost, and back"
stop_service
nothing_left
