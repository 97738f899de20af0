# What every script in tests/attack shares. Each is one attack: what an agent does
# in its sandbox, on standard input of `agent`; `attack` then runs it as root and as
# a user without any right, in an overlay and in a checkout, and looks at what is
# left. A run of its own each, so that what is damaged has one cause; in two parts,
# since the first says how everything looked before:
#
# - a task that does no harm lands; all that an agent must not write is listed;
# - the agent attacks and lands a file, a task in the same slot lands another, each
#   past the gate, and the user's checkout is brought forward;
# - the list is the same, the repository holds nothing but what has landed, and
#   code that the agent left has run nowhere outside of its sandbox: a file that
#   only such code can make (the canary) is not there.
. "$(dirname "$0")/users_lib.sh"
cat >"$work/agent"

# What the script of an agent may call, and what it finds in its environment:
# OUTSIDE, a folder anybody may write; STATE; REPOSITORY, which commitd owns; UPSTREAM,
# the user's; SOCKET, the supervisor's; CANARY; PAYLOAD, a command that nothing may run.
prelude() {
	cat <<'PRELUDE'
	# try WHAT COMMAND...: must fail
	try() { what=$1; shift; if "$@" >/dev/null 2>&1 </dev/null; then echo "attack: done: $what"; else echo "attack: refused: $what"; fi; }
	# shell WHAT TEXT: the same for a redirection and the like
	shell() { try "$1" sh -c "$2"; }
	# planted WHAT: is there for others to run
	planted() { echo "attack: planted: $1"; }
	# program FILE: the payload as a program
	program() { mkdir -p "$(dirname "$1")"; printf '#!/bin/sh\n%s\n' "$PAYLOAD" >"$1"; chmod 755 "$1"; }
	PAYLOAD="touch $CANARY; echo hacked >/workspace/result"
	git config --global --add safe.directory '*' 2>/dev/null || :
PRELUDE
}

# Overwritten by an attack that needs more before the run, or a look at more after it.
prepare() { :; }
look() { :; }
# What the task behind it does in the same slot.
after='echo after >after; echo changed >folder/other'
# How the run of the attack may end: 0, all has landed, or 1.
ends=0
# What the user's environment has besides: NAME=VALUE..., no blanks; may name $place.
environment() { :; }
# The repository that is the upstream, below $place.
upstream=repository

# task ID [ID IT DEPENDS ON] <SCRIPT: one entry of a tasks file
task() {
	say "  - id: $1"
	[ -z "${2:-}" ] || say "    depends_on: [$2]"
	cat <<-END
	    title: $1
	    command: [sh]
	    max_iterations: 1
	    env:
	      OUTSIDE: $place/outside
	      STATE: $place/state
	      REPOSITORY: $place/state/projects/run/repository.git
	      UPSTREAM: $place/repository
	      SOCKET: $place/run/orchd.sock
	      CANARY: $place/outside/canary
	    prompt: |
	END
	sed 's/^	*/      /'
}

# Everything below some folders: kind, rights, owner, target, and the bytes of files.
list() {
	for below; do
		[ ! -e "$below" ] || find "$below" ! -type s -printf '%p %y %m %U:%G %l\n'
	done | sort
	for below; do
		[ ! -e "$below" ] || find "$below" -type f -exec sha256sum {} +
	done | sort
}

# What nobody but its owner may have changed by the end.
protected() {
	list "$place/outside" "$place/home" "$place/repository/.git/config" \
	    "$place/repository/.git/hooks" "$place/repository/.git/info" \
	    "$place/state/version" "$place/state/projects/run/git.config" \
	    "$place"/state/projects/run/trees/base-1* "$place"/state/slots/*/lock
	list "$repository" | grep -v "^[^ ]*/refs/\|  *$repository/refs/\|$repository/objects"
	# Those that are new are looked at on their own.
	xargs stat -c '%n %A %u:%g' <"$place/objects"
	xargs sha256sum <"$place/objects"
}

run() {
	# shellcheck disable=SC2046
	as env -C "$place/$upstream" XDG_RUNTIME_DIR="$place/run" $(environment) timeout -k 5 100 \
	    orchctl run -c "$place/orch.yaml" --state "$place/state" -j 1 --order plan "$@" \
	    >"$place/out" 2>&1 </dev/null
}

# told: the log of the attack, and how the run ended
told() {
	say "--- $place: $*"
	cat "$place/out" "$place"/state/logs/attack/*.log 2>/dev/null | tail -n 60
	fail "$attack as $who in $kind: $*"
}

set_up() {
	repository=$place/state/projects/run/repository.git
	mkdir -p "$place/outside"
	say precious >"$place/outside/precious"
	mkdir "$place/outside/folder"
	say kept >"$place/outside/folder/old"
	cat >"$place/orch.yaml" <<-END
	runtime: $place/run
	projects:
	  run: {workspace: $kind, verify: test -e base, retries: {failed: 0}}
	END
	new_repository "$place/repository"
	mkdir "$place/repository/folder"
	for file in base folder/old folder/other; do say "$file" >"$place/repository/$file"; done
	git -C "$place/repository" add .
	git -C "$place/repository" commit -q -m "Base"
	prepare
	[ "$who" = "$(id -u)" ] || chown -R "$who:$who" "$place"
	chmod 777 "$place/outside" "$place/outside/folder"
	chmod 666 "$place/outside/precious" "$place/outside/folder/old"
	{
		say "tasks:"
		say "echo before >before" | task before
	} >"$place/before.yaml"
	{
		say "tasks:"
		{
			prelude
			cat "$work/agent"
			say 'echo result >/workspace/result; echo "attack: end"'
		} | task attack
		say "$after" | task after attack
	} >"$place/attack.yaml"
}

# Nothing in the repository but what our results have brought.
only_landed() {
	set -f	# a '*' below is Git's
	git="as git -c safe.directory=* -C $repository"
	$git fsck --strict --no-dangling >"$place/fsck" 2>&1 || told "git fsck: $(cat "$place/fsck")"
	equal "objects nobody has landed" "" \
	    "$($git fsck --unreachable --no-reflogs 2>/dev/null | grep -vxF "$void" || :)"
	equal "branches" "refs/heads/main" "$($git for-each-ref --format='%(refname)' | grep -v '^refs/orch/')"
	equal "refs of ours" "" "$($git for-each-ref --format='%(refname)' refs/orch |
	    grep -Ev '^refs/orch/(attempts/(before|attack|after)/[0-9]+|tickets/[0-9]+|upstream|incoming|line)$' || :)"
	$git merge-base --is-ancestor "$before" main || told "the branch has lost what was on it"
	equal "commits" "$($git log --format=%H "$before..main" | wc -l)" \
	    "$($git log --format='%(trailers:key=Orch-Task,valueonly)' "$before..main" | grep -c .)"
	set +f
}

# A person works in the checkout.
person_works() {
	for command in status "log -p -2" "checkout -q -f HEAD~1" "checkout -q -f main"; do
		# shellcheck disable=SC2086
		as git -C "$place/repository" --no-pager $command >/dev/null 2>&1 || told "git $command"
	done
}

look_after() {
	log=$place/state/logs/attack/1.log
	[ -e "$log" ] && grep -q '^attack: end' "$log" || told "the agent has not come to its end"
	! grep '^attack: done' "$log" || told "an attack was not refused"
	grep -Eq '^attack: (refused|planted)' "$log" || told "nothing was tried"
	# In a checkout the user's branch is moved by orchctl; the last thing that runs.
	if [ "$ends" = 0 ]; then
		equal "landed" result "$(as git -C "$place/$upstream" show main:result)"
		[ $upstream != repository ] ||
		    equal "in the checkout" result "$(cat "$place/repository/result")"
		equal "landed afterwards" after "$(as git -C "$place/$upstream" show main:after)"
	fi
	protected >"$place/protected.after"
	cmp -s "$place/protected" "$place/protected.after" || {
		diff "$place/protected" "$place/protected.after" | head -n 40
		told "something outside was changed"
	}
	only_landed
	person_works
	[ ! -e "$place/outside/canary" ] || told "code of the agent has run outside of its sandbox"
	# In the agent's HOME it may be: nobody but the user of the supervisor gets there.
	equal "setuid" "" "$(find "$place/repository" "$repository" -perm /6000)"
	equal "who gets to what agents left" 700700 "$(stat -c %a "$place/state/slots" \
	    "$place/state/projects/run/homes" | tr -d '\n')"
	look
	nothing_left
}

once() {
	set_up
	run "$place/before.yaml" || told "the run before it failed"
	before=$(as git -c safe.directory='*' -C "$repository" rev-parse main)
	find "$repository/objects" -type f >"$place/objects"
	void=$(as git -c safe.directory='*' -C "$repository" fsck --unreachable --no-reflogs)
	protected >"$place/protected"
	status=0
	run "$place/attack.yaml" || status=$?
	[ $status = "$ends" ] || told "exit status $status"
	look_after
	ok "$attack as $who in $kind"
}

# attack: as root (where we are) and as nobody, in each kind of workspace.
attack() {
	attack=${0##*/} attack=${attack%.sh}
	for_each_user once
}
