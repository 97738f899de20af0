#!/bin/sh
# orchctl prune: what attempts left goes, of tasks that have ended and no others; with
# --keep only what is older. A task that runs meanwhile lands, though a blob of its is
# one that the repository had only for an attempt that is forgotten. Space is free after the
# next start without an attempt under way, and everything that is named stays.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
socket=$work/run/orch/orchd.sock
repository=$state/projects/p/repository.git
ctl() { orchctl --socket "$socket" "$@"; }
# The project is open: only then can anything be forgotten, and here nothing is.
is_open() { ctl prune --keep 1d >"$work/out" 2>/dev/null; }
start() {
	orchd -c "$work/orch.yaml" 2>>"$work/log" &
	daemon=$!
	children=$daemon
	wait_until 20 is_open || fail "orchd does not start: $(cat "$work/log")"
}
stop() {
	ctl stop >"$work/stopped"
	wait $daemon
	children=
}
attempts() { git -C "$repository" for-each-ref --format='%(refname:lstrip=3)' refs/orch/attempts | xargs; }
has_object() { git -C "$repository" cat-file -e "$1" 2>/dev/null; }
is_state() { ctl show "$1" | grep -q "$2"; }

start
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: landed, title: Landed, prompt: p, command: [sh, -c, "echo landed >landed"]}
  - {id: blocked, title: Blocked, prompt: p, command: [sh, -c, "seq 5000 >large; exit 77"]}
END
ctl add "$work/tasks.yaml" >"$work/added"
expect 1 orchctl --socket "$socket" wait
equal "attempts" "blocked/1 landed/1" "$(attempts)"
lost=$(git -C "$repository" rev-parse refs/orch/attempts/blocked/1:large)
equal "young ones" "0 attempts forgotten" "$(ctl prune)"
equal "young ones" '{"attempts":0}' "$(ctl --json prune --keep 1h)"
expect 2 orchctl --socket "$socket" prune --keep soon
expect 2 orchctl --socket "$socket" prune blocked

# One that runs now: its result has the very blob that only the forgotten one had. It ends
# when it sees an object that we put there.
sign=$(echo go | git hash-object --stdin)
ctl add --id runs --prompt p -- sh -c "seq 5000 >large; git add large; until git cat-file -e $sign; do sleep 0.1; done; echo x >x" >"$work/added"
wait_until 20 is_state runs RUNNING || fail "it does not start"
uses() { find "$state/slots" -name large 2>/dev/null | grep -q large; }
wait_until 20 uses || fail "it has not written its file"
mkdir -p "$state/projects/p/homes/landed/deep/er" && : >"$state/projects/p/homes/landed/deep/er/file"
chmod 000 "$state/projects/p/homes/landed/deep"
equal "old ones" "2 attempts forgotten, 1 HOMEs removed" "$(ctl prune --keep 0)"
no_trash() { [ ! -e "$state/trash" ]; }
wait_until 20 no_trash || fail "it is not removed: $(ls -R "$state/trash")"
equal "HOMEs" "blocked runs" "$(ls "$state/projects/p/homes" | xargs)"
equal "attempts" "" "$(attempts)"
has_object "$lost" || fail "an object that a living workspace needs is gone"
kill -9 "$(pids_of '^[^ ]*orch-commitd')"
forgets() { ctl prune --keep 0 >"$work/out" 2>/dev/null; }
wait_until 20 forgets || fail "commitd does not come back"
has "$work/out" "0 attempts forgotten"
is_state runs RUNNING || fail "it does not run any more"
has_object "$lost" || fail "commitd was started again, and the object is gone"
echo go | git -C "$repository" hash-object -w --stdin >"$work/out"
expect 0 orchctl --socket "$socket" wait --timeout 100 runs
equal "landed" "5000" "$(git -C "$work/up.git" show main:large | wc -l)"
equal "attempts" "runs/1" "$(attempts)"
ok "a task that runs keeps what it needs"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: more, title: More, prompt: p, command: [sh, -c, "seq 7000 >larger; exit 77"]}
END
ctl add "$work/tasks.yaml" >"$work/added"
expect 1 orchctl --socket "$socket" wait
lost=$(git -C "$repository" rev-parse refs/orch/attempts/more/1:larger)
equal "both" "2 attempts forgotten, 1 HOMEs removed" "$(ctl prune --keep 0)"
has_object "$lost" || fail "it is gone before the next start"
stop
start
! has_object "$lost" || fail "the space is not free"
equal "fsck" "" "$(git -C "$repository" fsck --strict --no-dangling 2>&1)"
[ ! -e "$state/projects/p/forgotten" ] || fail "it is to be done again"
ctl add --id after --prompt p -- sh -c 'echo after >after' >"$work/added"
expect 1 orchctl --socket "$socket" wait
equal "after" after "$(git -C "$work/up.git" show main:after)"
equal "landed" landed "$(git -C "$work/up.git" show main:landed)"
stop
nothing_left
ok "space is free, and all that is named is there"
