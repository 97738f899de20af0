#!/bin/sh
# Root's commitd is another user, without a right of root's: it owns the repository,
# which nobody else gets to, and sees nothing else of the state. It works for an
# upstream that only root, or only its owner, may read. What an earlier start as
# root left is given to it, and never the upstream's files that were linked.
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || skip "needs root, which it gives up"

number=60957
owner=4242
chmod 711 "$work"
task() { printf 'tasks: [{id: %s, prompt: p, command: [sh, -c, "echo %s >%s; echo %s >>first.txt"]}]\n' "$1" "$1" "$1" "$1" >"$work/$1.yaml"; }
for name in one two three four five; do task $name; done
configure() { printf 'commitd_user: %s\nprojects: {run: {verify: none}}\n' "$1" >"$work/orch.yaml"; }
# lands TASK [USER]
lands() {
	configure "${2:-$number}"
	orch 0 -c "$work/orch.yaml" "$work/$1.yaml"
	equal "landed" "$1" "$(in_repository show "main:$1")"
}
projects=$state/projects/run
owners() { find "$projects" -mindepth 1 -path "$projects/homes" -prune -o -printf '%U:%G\n' | sort -u; }

new_repository "$work/repository"
chmod 700 "$work/repository"

# As it was before: root's, the upstream's objects linked.
lands one root
equal "the owner" 0:0 "$(owners)"
find "$work/repository" ! -type l -printf '%p %U:%G %m\n' | sort >"$work/upstream"
linked=$(find "$projects/repository.git" -type f -links +1 | wc -l)

lands two
equal "the owner" $number:$number "$(owners)"
find "$work/repository" ! -uid 0 -o ! -gid 0 >"$work/strange"
equal "the upstream's files that are not root's any more" "" "$(cat "$work/strange")"
equal "linked files" "" "$(find "$projects/repository.git" -type f -links +1)"
equal "the repository" 750 "$(stat -c %a "$projects/repository.git")"
equal "the homes" "700 0:0" "$(stat -c '%a %u:%g' "$projects/homes")"
equal "the way there" "0:$number 1770" "$(stat -c '%u:%g %a' "$projects")"
in_repository fsck --strict --no-dangling 2>"$work/fsck" || fail "fsck: $(cat "$work/fsck")"
git -C "$projects/repository.git" fsck --strict --no-dangling 2>"$work/fsck" || fail "fsck: $(cat "$work/fsck")"
ok "what was root's is commitd's ($linked files had been linked)"

chmod 755 "$state" "$state/projects"
for file in HEAD config objects refs/heads/main; do
	! setpriv --reuid $owner --regid $owner --clear-groups ls "$projects/repository.git/$file" >/dev/null 2>&1 ||
	    fail "anybody gets to $file"
done
chmod 700 "$state" "$state/projects"
ok "nobody else gets to the repository"

lands three root
equal "the owner" 0:0 "$(owners)"
rm -r "$state"
ok "and back"

# Nobody says anything: it is another user all the same.
default=$(id -u orch-commitd 2>/dev/null || say 60957)
task default
printf 'projects: {run: {verify: none}}\n' >"$work/orch.yaml"
orch 0 -c "$work/orch.yaml" "$work/default.yaml"
equal "the owner by default" "$default" "$(find "$projects/repository.git" -printf '%U\n' | sort -u)"
rm -r "$state"
ok "root's commitd is another user by default"

# What it may do while it runs.
printf 'tasks: [{id: wait, prompt: p, command: [sh, -c, "while [ ! -e $HOME/go ]; do sleep 0.1; done; echo x >waited"]}]\n' >"$work/wait.yaml"
configure $number
orchctl run -C "$work/repository" -c "$work/orch.yaml" --state "$state" "$work/wait.yaml" >"$work/out" 2>&1 &
running=$!
children=$running
home_there() { [ -d "$projects/homes/wait" ]; }
wait_until 30 home_there || fail "the task does not start: $(cat "$work/out")"
pid=$(pids_of "^orch-commitd ")
is() { equal "$1 of commitd" "$2" "$(sed -n "s/^$1:[[:space:]]*//p" "/proc/$pid/status" | tr '\t' ' ')"; }
is Uid "$number $number $number $number"
is Gid "$number $number $number $number"
is CapEff 0000000000000000
is CapPrm 0000000000000000
is NoNewPrivs 1
is Groups "$number "
equal "of the state it sees" "$projects" "$(cd "/proc/$pid/root$state" && find . -mindepth 1 -maxdepth 2 ! -path ./projects | sed "s|^\.|$state|")"
! setpriv --reuid $number --regid $number --clear-groups mv "$projects/homes" "$projects/away" 2>/dev/null ||
    fail "it can take the homes away"
touch "$projects/homes/wait/go"
wait $running || fail "the run: $(cat "$work/out")"
children=
ok "it has no right of root's, and sees its project's folder only"

# An upstream that its owner alone may read, and one that root alone may.
lands four
equal "what is not root's in root's upstream" "" "$(find "$work/repository" ! -uid 0)"
chown -R $owner:$owner "$work/repository"
export SUDO_UID=$owner
configure $number
orch 0 -c "$work/orch.yaml" "$work/five.yaml"
equal "landed" five "$(cat "$work/repository/five")"
equal "what is not the owner's" "" "$(find "$work/repository" ! -uid $owner)"
ok "upstreams that it cannot read itself"

configure no-such-user-here
orch 2 -c "$work/orch.yaml" "$work/one.yaml"
has "$work/err" "commitd_user: there is no user 'no-such-user-here'"
nothing_left
ok "a user that is not there"
