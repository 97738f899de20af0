#!/bin/sh
# Projects differ in their sandbox and their workspaces, and one slot serves them all, each job
# as its project has it: who has a sandbox has one behind a job that had none, too, and a job
# without one stays so over the death of its worker and of its supervisor.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/projects_lib.sh"

configuration 1 "orphans: 60s"
project open "sandbox: none"
project shut
project flat "workspace: checkout"
sed -i -e "/^  open:/s|verify: none|verify: 'test \$PWD != /workspace'|" \
    -e "/^  [sf][a-z]*:/s|verify: none|verify: 'test \$PWD = /workspace'|" "$work/orch.yaml"
expect 0 orchd -n -c "$work/orch.yaml"
start_service
ctl 0 status
has "$work/out" "bubblewrap; none for open"
overlay=$(grep -c '^workspaces *overlay' "$work/out" || :)
ctl 0 --json status
has "$work/out" '"sandbox":"none"'
ok "the status says who has which"

ours=$(readlink /proc/self/ns/pid /proc/self/ns/mnt | xargs)
cat >"$work/look" <<'END_OF_LOOK'
readlink /proc/self/ns/pid /proc/self/ns/mnt | xargs >namespaces
echo $ORCH_TASK >task
pwd >folder
grep ' /workspace ' /proc/self/mountinfo >mount || echo none >mount
END_OF_LOOK
# run NAME ID: an agent of the project tells what is around it.
run() {
	ctl 0 add -p "$1" --id "$2" --title "$2" -- sh -c "$(cat "$work/look")"
	ctl 0 wait "$2"
	equal "what landed last in $1" "$2" "$(shown "$1" task)"
}
shown() { git -C "$work/$1.git" show "main:$2"; }
open() {
	equal "namespaces of open" "$ours" "$(shown open namespaces)"
	case $(shown open folder) in "$state"/slots/*) ;; *) fail "open is in $(shown open folder)" ;; esac
}
sandboxed() {
	case $(shown "$1" namespaces) in "$ours") fail "$1 has no sandbox" ;; esac
	equal "folder of $1" /workspace "$(shown "$1" folder)"
}
for turn in 1 2; do
	run open "open$turn" && open
	run shut "shut$turn" && sandboxed shut
	[ "$overlay" = 0 ] || shown shut mount | grep -q ' - overlay ' || fail "no overlay: $(shown shut mount)"
	run flat "flat$turn" && sandboxed flat
	shown flat mount | grep -q '/tree /workspace ' || fail "no checkout: $(shown flat mount)"
done
message() { git -C "$work/$1.git" log -1 --format=%B main; }
message open | grep -qx 'Orch-Sandbox: none' || fail "the commit does not say so"
! message shut | grep -q '^Orch-Sandbox: none' || fail "it is said of one that has a sandbox"
ok "each as its project has it, whatever was before it in the slot"

# It stops at the mark, then its worker and its supervisor die, one after the other.
ctl 0 add -p open --id killed --title Killed -- sh -c \
    "echo \$ORCH_ATTEMPT >>tries; [ \$ORCH_ATTEMPT != 1 ] || { touch $work/begun; sleep 600; }
    [ \$ORCH_ATTEMPT != 2 ] || { touch $work/again; while [ ! -e $work/go ]; do sleep 0.05; done; }
    $(cat "$work/look")"
wait_until 20 test -e "$work/begun" || fail "it has not begun"
kill -9 $(pids_of "orch-worker -s 0 ")
wait_until 60 test -e "$work/again" || { ask show killed; fail "it was not tried again"; }
kill -9 "$daemon"
wait "$daemon" || :
start_service
: >"$work/go"
ctl 0 wait killed
equal "its attempts" 2 "$(shown open tries)"
open
run shut behind && sandboxed shut
run flat last && sandboxed flat
ok "over the death of a worker and of a supervisor"

stop_service
nothing_left
