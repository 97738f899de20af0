#!/bin/sh
# After a loss of power there are names of objects without their bytes (what was made
# ahead is synced only when it lands). The next start takes them away, since Git would
# take the name for the object: what needs it lands all the same.
. "$(dirname "$0")/lib.sh"

# damage NUMBER CONTENT: the objects that task NUMBER is going to make are there already, and not whole.
damage() {
	rm -rf "$work/clone"
	git clone -q "$work/repository" "$work/clone"
	say "$1" >"$work/clone/$1.txt"
	git -C "$work/clone" add .
	for object in $(git -C "$work/clone" write-tree) $(git -C "$work/clone" rev-parse ":$1.txt"); do
		folder=$repository/objects/$(say "$object" | cut -c 1-2)
		mkdir -p "$folder"
		printf '%s' "$2" >"$folder/$(say "$object" | cut -c 3-)"
	done
	# As its owner had left them, who may be another user than root.
	chown -R --reference="$repository" "$repository/objects"
}

task() {
	cat >"$work/tasks.yaml" <<END
tasks:
  - {id: t$1, title: T$1, prompt: p, command: [sh, -c, "echo $1 >$1.txt"]}
END
	orch 0 --verify "test -s $1.txt" --branch main "$work/tasks.yaml"
}

new_repository "$work/first"
git clone -q --bare "$work/first" "$work/repository"
task 1
repository=$(ls -d "$state"/projects/*/repository.git)
damage 2 ""
task 2
has "$work/err" "event=mended objects=2"
# Cut short, not empty: seen when the machine has booted since.
damage 3 "x"
say "another boot" >"${repository%/*}/boot"
task 3
has "$work/err" "event=mended objects=2"
task 4
! grep -q mended "$work/err" || fail "what is whole was taken away"
equal "history" "T4 T3 T2 T1 First" "$(echo $(in_repository log --format=%s main))"
git -C "$repository" fsck --strict --no-dangling || fail "commitd's repository is damaged"
nothing_left
ok "damaged objects are made again"
