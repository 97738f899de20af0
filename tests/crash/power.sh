#!/bin/sh
# power.sh [COPIES]: the power fails, COPIES times (default 100; SEED=N for other
# moments). The state folder lies in an ext4 image on a loop device; the
# image is copied in the middle of runs, and what a copy has is what a disk has
# after the power has failed: what was synced, and of the rest what the kernel has
# written by chance. Whatever was acknowledged before the copy must be in it, in
# order and once, with no reference broken and no object that it needs, and what is
# upstream must be on the list of landings; each tenth copy goes on to the end.
# By turns the upstream lies in the image too, where commitd's sync of it is one of all
# that the state folder has, or outside, as on a machine that still has power; and
# results come as files, or as packs.
# What this cannot see: on ext4 an fsync of any file commits the journal with all renames
# before it, so that a folder whose own fsync is forgotten is there all the same.
. "$(dirname "$0")/../regress/lib.sh"
copies_wanted=${1:-${COPIES:-100}}
random=$((${SEED:-1} * 7919 + 17))
tasks=30
# A workspace whose files are not what they should be is red.
verify='for file in d*/a; do [ ! -e "$file" ] || [ "d$(cat "$file")" = "${file%/a}" ] || exit 1; done
    [ "$(wc -l <list.txt)" -eq 40 ]'
copies=0 runs=0 continued=0 told=0

[ "$(id -u)" = 0 ] || skip "only root can mount an image"
# Mounts of this test are seen by nobody else, and go with it.
if [ -z "${ORCH_POWER_NAMESPACE:-}" ]; then
	unshare -m true 2>/dev/null || skip "no mount namespace can be made here"
	rm -rf "$work"
	ORCH_POWER_NAMESPACE=yes exec unshare -m --propagation private sh "$0" "$copies_wanted"
fi
command -v mkfs.ext4 >/dev/null || skip "mkfs.ext4 is not here (package e2fsprogs)"
disk=$work/disk
state=$disk/state
# Each run has a part of the copies, so that there are two runs at least.
most=$(((copies_wanted + 1) / 2))

end_power() {
	status=$?
	for pid in $children; do
		kill -CONT $(family "$pid") 2>/dev/null || :
		kill -9 $(family "$pid") 2>/dev/null || :
	done
	wait_until 10 unmounted || say "still mounted: $disk"
	set +e
	(exit $status)
	clean_up
}
unmounted() {
	for folder in "$disk" "$work/check"; do
		! mountpoint -q "$folder" || umount "$folder" 2>/dev/null || return 1
	done
}
trap end_power EXIT

# draw BELOW: sets $drawn.
draw() {
	random=$((random * 16807 % 2147483647))
	drawn=$((random / 7 % $1))
}

# family PID: it and all below it.
family() {
	say "$1"
	for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
		family "$child"
	done
}

# attach IMAGE FOLDER: mounted by a loop device of its own, which goes with the mount.
attach() {
	loop=$(losetup --find --show "$1") || return 1
	mount -t ext4 "$loop" "$2" || { losetup -d "$loop"; return 1; }
	losetup -d "$loop"
}

# Stops all of the run; those that were born meanwhile too.
stop_run() {
	before=
	stopped=$(family "$run")
	while [ "$before" != "$stopped" ]; do
		kill -STOP $stopped 2>/dev/null || :
		before=$stopped
		stopped=$(family "$run")
	done
}

# A copy of the image at one moment: two in a row are the same, so nothing was
# written from the end of the first to the begin of the second.
copy_image() {
	tries=20
	rm -f "$work/copy"
	cp --sparse=always "$work/image" "$work/copy"
	until cmp -s "$work/image" "$work/copy"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "the image is written all the time"
		cp --sparse=always "$work/image" "$work/copy"
	done
}

new_run() {
	runs=$((runs + 1))
	rm -f "$work/image"
	truncate -s 192M "$work/image"
	mkfs.ext4 -q -F "$work/image"
	mkdir -p "$disk" "$work/check"
	attach "$work/image" "$disk" || fail "the image cannot be mounted"
	rm -rf "$work/source" "$work/outside"
	mkdir "$work/outside"
	up=$disk/up.git
	[ $((runs % 2)) = 0 ] || up=$work/outside/up.git
	hand_over=auto
	[ $((runs / 2 % 2)) = 0 ] || hand_over=pack
	new_repository "$work/source"
	seq 1 40 >"$work/source/list.txt"
	git -C "$work/source" add .
	git -C "$work/source" commit -q -m "List"
	git clone -q --bare "$work/source" "$up"
	# What a person had before the run has been on the disk for long.
	sync -f "$disk"
	{
		say "tasks:"
		i=0
		while [ $i -lt $tasks ]; do
			i=$((i + 1))
			# Each third appends to one file: they collide and are done again, and begin with markers then.
			# Another third changes a line of one file: Git has to merge these, and can.
			more=
			[ $((i % 3)) != 1 ] || more=" && sed -i \"s/^$((i % 40 + 1))\$/line $i/\" list.txt"
			[ $((i % 3)) != 0 ] || more=" && touch log.txt && sed -i \"/^[<=>|]/d; /^$i\$/d\" log.txt && echo $i >>log.txt"
			say "  - {id: t$i, title: T$i, prompt: p, command: [sh, -c, 'mkdir -p d$i && echo $i >d$i/a && seq 1 $((i * 7)) >d$i/b$more']}"
		done
	} >"$work/tasks.yaml"
	cat >"$work/orch.yaml" <<END
version: 1
projects:
  power:
    hand_over: $hand_over
    retries: {failed: 100, later: 1000, rework: 100}
END
	: >"$work/events"
	begin_orch >"$work/events" 2>"$work/log" </dev/null &
	run=$!
	children=$run
}

# In a namespace of its own: no sandbox of it may hold on to a copy that is mounted here.
begin_orch() {
	exec unshare -m --propagation private orchctl run -c "$work/orch.yaml" -C "$up" --state "$state" -j 3 --branch main \
	    --verify "$verify" --json "$work/tasks.yaml"
}

is_over() { ! kill -0 "$run" 2>/dev/null; }
lands() { is_over || grep -q '"task.land"' "$work/events"; }

# The fields of all events of one kind: "TASK VALUE" a line.
events_of() {
	sed -n 's/.*"event":"'"$1"'".*"task":"\([^"]*\)".*"'"$2"'":"\{0,1\}\([^",}]*\).*/\1 \2/p' "$work/acknowledged"
}

# check_branch REPOSITORY: what was told as complete is there, in order, once.
check_branch() {
	git -C "$1" log --reverse --format='%H %(trailers:key=Orch-Task,valueonly,separator=) %(trailers:key=Orch-Ticket,valueonly,separator=)' \
	    main >"$work/history" || fail "copy $copies: the branch of $1 cannot be read"
	awk 'NF == 3 { if ($3 <= last || seen[$2]++) { print "out of order or twice: " $0; bad = 1 } last = $3 }
	    END { exit bad }' "$work/history" || fail "copy $copies: $1"
	events_of task.complete commit >"$work/complete"
	while read -r task commit; do
		grep -q "^$commit $task " "$work/history" ||
		    fail "copy $copies: task $task was told as complete with $commit, which is not on the branch of $1"
		told=$((told + 1))
	done <"$work/complete"
}

# check_objects REPOSITORY: Git finds nothing wrong.
check_objects() {
	git -C "$1" fsck --strict --no-dangling >"$work/fsck" 2>&1 ||
	    { cat "$work/fsck"; fail "copy $copies: $1 is damaged"; }
}

# check_references REPOSITORY: all that any reference needs is there and whole. Other objects
# may be damaged until commitd starts: what was made in between is synced by nobody.
check_references() {
	git -C "$1" rev-list --objects --all >"$work/objects" 2>"$work/fsck" &&
	    cut -d ' ' -f 1 "$work/objects" | git -C "$1" cat-file --batch >/dev/null 2>>"$work/fsck" &&
	    ! [ -s "$work/fsck" ] && return
	cat "$work/fsck"
	for ref in $(git -C "$1" for-each-ref --format='%(refname)' 2>/dev/null); do
		git -C "$1" rev-list --objects "$ref" 2>"$work/fsck" | cut -d ' ' -f 1 |
		    git -C "$1" cat-file --batch >/dev/null 2>>"$work/fsck" || :
		[ ! -s "$work/fsck" ] || { say "not whole: $ref"; cat "$work/fsck"; }
	done
	fail "copy $copies: $1 is damaged"
}

# check_list UPSTREAM REPOSITORY: what has a ticket upstream is on the list of landings.
check_list() {
	git -C "$1" log --format='%H %(trailers:key=Orch-Ticket,valueonly,separator=)' main |
	    sed -n 's/ [0-9][0-9]*$//p' | sort >"$work/upstream"
	sort "${2%/*}/landings" 2>/dev/null | comm -23 "$work/upstream" - >"$work/unlisted"
	[ ! -s "$work/unlisted" ] ||
	    fail "copy $copies: upstream and not on the list of landings: $(xargs <"$work/unlisted")"
}

# check_copy ROOT UPSTREAM: all that was told is in the copy that is mounted there.
check_copy() {
	for repository in "$1"/state/projects/*/repository.git; do
		[ -e "$repository" ] || continue
		check_references "$repository"
		check_branch "$repository"
		check_list "$2" "$repository"
		events_of task.land attempt >"$work/landing"
		while read -r task number; do
			git -C "$repository" rev-parse -q --verify "refs/orch/attempts/$task/$number^{commit}" >/dev/null ||
			    fail "copy $copies: attempt $number of task $task was accepted and is not there"
			told=$((told + 1))
		done <"$work/landing"
	done
	[ -e "$repository" ] || ! grep -Eq '"task.(land|complete)"' "$work/acknowledged" ||
	    fail "copy $copies: the repository is not there"
	check_objects "$2"
	check_branch "$2"
	if [ -e "$1/state/orch.db" ] && command -v sqlite3 >/dev/null; then
		equal "database of copy $copies" ok "$(sqlite3 "$1/state/orch.db" 'PRAGMA integrity_check')"
	fi
}

# Everything stands still: what was told is noted, the image is copied; then the copy is looked at.
strike() {
	stop_run
	cp "$work/events" "$work/acknowledged"
	copy_image
	rm -rf "$work/outside/copy.git"
	[ "$up" = "$disk/up.git" ] || cp -a "$up" "$work/outside/copy.git"
	kill -CONT $stopped 2>/dev/null || :
	copies=$((copies + 1))
	if [ $((copies % 10)) = 0 ] || [ "$copies" = "$copies_wanted" ]; then
		cp --sparse=always "$work/copy" "$work/kept"
		cp "$work/acknowledged" "$work/kept.events"
		rm -rf "$work/outside/kept.git"
		[ "$up" = "$disk/up.git" ] || cp -a "$work/outside/copy.git" "$work/outside/kept.git"
	fi
	attach "$work/copy" "$work/check" || fail "copy $copies cannot be mounted"
	if [ "$up" = "$disk/up.git" ]; then
		check_copy "$work/check" "$work/check/up.git"
	else
		check_copy "$work/check" "$work/outside/copy.git"
	fi
	umount "$work/check"
}

# Another person pushes, synced; when the branch moves at this moment, they do not.
somebody() {
	tip=$(git -C "$up" rev-parse main)
	theirs=$(git -C "$up" -c core.fsync=all commit-tree -p "$tip" -m "Theirs" "$tip^{tree}")
	git -C "$up" -c core.fsync=all update-ref refs/heads/main "$theirs" "$tip" 2>/dev/null || :
}

# The run goes on from what the copy has, to the end.
go_on() {
	rm -rf "${XDG_RUNTIME_DIR:?}"/*
	attach "$work/kept" "$disk" || fail "the copy cannot be mounted"
	mv "$work/kept.events" "$work/acknowledged"
	if [ "$up" != "$disk/up.git" ]; then
		rm -rf "$up"
		mv "$work/outside/kept.git" "$up"
	fi
	# A lock that is left in somebody's repository is a person's to take away.
	find "$up" -name '*.lock' -exec rm {} +
	expect 0 orchctl run -c "$work/orch.yaml" -C "$up" --state "$disk/state" -j 3 --branch main \
	    --verify "$verify" "$work/tasks.yaml"
	for repository in "$up" "$disk"/state/projects/*/repository.git; do
		check_branch "$repository"
		check_objects "$repository"
		equal "tasks in $repository" $tasks "$(awk 'NF == 3' "$work/history" | wc -l)"
		git -C "$repository" show main:log.txt | sort -n >"$work/lines"
		seq 3 3 $tasks | cmp - "$work/lines" || fail "what collided is not as it should be"
	done
	equal "tip" "$(git -C "$up" rev-parse main)" "$(git -C "$repository" rev-parse main)"
	umount "$disk"
	rm -f "$work/kept"
	continued=$((continued + 1))
}

while [ $copies -lt "$copies_wanted" ]; do
	new_run
	end=$((copies + most))
	# In two of three runs all copies are of a time at which there is something to lose.
	[ $((runs % 3)) = 0 ] || wait_until 120 lands || fail "nothing comes to land"
	while [ $copies -lt "$copies_wanted" ] && [ $copies -lt $end ] && ! is_over; do
		draw 400
		sleep "0.$(printf %03d $((drawn + 20)))"
		draw 2
		[ $drawn != 0 ] || somebody
		is_over || strike
	done
	wait_until 300 is_over || { tail -n 40 "$work/log"; fail "the run does not end"; }
	status=0
	wait "$run" || status=$?
	children=
	[ $status = 0 ] || { tail -n 40 "$work/log"; fail "the run ended with $status"; }
	umount "$disk"
	[ ! -e "$work/kept" ] || go_on
	ok "$copies copies of $runs runs, $continued went on; $told things were told before and are there"
done
[ $told -gt 0 ] || fail "nothing was told before any copy"
nothing_left
