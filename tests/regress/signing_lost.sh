#!/bin/sh
# A key that stops working: what is to land waits, in the words of the program that could
# not sign, whether commitd is the same or a new one, and goes on when the key is back. No
# task is to blame. At the first opening it is the configuration that is wrong.
. "$(dirname "$0")/lib.sh"
command -v ssh-keygen >/dev/null || skip "ssh-keygen is not installed"

new_repository "$work/repository"
ssh-keygen -q -t ed25519 -N '' -C '' -f "$work/key"
say "robot@example.org $(cat "$work/key.pub")" >"$work/signers"
# The second has two commits, each of which is signed.
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo 1 >one"]}
  - {id: b, title: B, prompt: p, depends_on: [a], command: [sh, -c, "sleep 1; for n in B1 B2; do echo $n >>two; git add -A; git -c user.name=Ann commit -qm $n; done"]}
END
say "projects: {run: {verify: none, method: rebase, sign: {key: $work/key}}}" >"$work/orch.yaml"

waits() { grep -q "what is to land waits: sign.key: ssh-keygen cannot sign with '$work/key': " "$work/err"; }
tries() { [ "$(grep -c 'event=stalled' "$work/err")" -ge "$1" ]; }
gone() { [ ! -e "/proc/$1" ]; }
another() { pids_of '^orch-commitd ' | grep -qv "^$1\$"; }
play() {
	wait_until 60 grep -q 'a: landed' "$work/err" || return
	mv "$work/key" "$work/away"
	wait_until 60 waits && wait_until 60 tries 2 || return
	commitd=$(pids_of '^orch-commitd ')
	kill -9 "$commitd"
	wait_until 60 another "$commitd" && wait_until 60 tries 3 || return
	cp "$work/err" "$work/then"
	mv "$work/away" "$work/key"
}
: >"$work/err"
play &
children=$!
orch 0 -c "$work/orch.yaml" "$work/tasks.yaml"
has "$work/then" "what is to land waits: sign.key: ssh-keygen cannot sign with"
has "$work/err" "what waited to land goes on"
! grep -q 'to be tried again\|attempt 2' "$work/err" || fail "a task is to blame: $(cat "$work/err")"
equal "landed" "B2 B1 A First" "$(echo $(in_repository log --format=%s main))"
in_repository config gpg.ssh.allowedSignersFile "$work/signers"
for commit in main main~1 main~2; do
	in_repository verify-commit $commit >"$work/log" 2>&1 || fail "$commit: $(cat "$work/log")"
done
ok "a key that is away is waited for"

rm "$work/key"
say 'tasks: [{id: c, title: C, prompt: p, command: [sh, -c, "echo 1 >three"]}]' >"$work/more.yaml"
orch 2 -c "$work/orch.yaml" "$work/more.yaml"
has "$work/err" "sign.key: ssh-keygen cannot sign with '$work/key'"
nothing_left
ok "one that never worked is not"
