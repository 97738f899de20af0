#!/bin/sh
# The upstream goes away in the middle of a push: what is to land waits and says so, work
# goes on behind it, and all lands in order when the upstream is back.
. "$(dirname "$0")/lib.sh"

new_repository "$work/first"
git clone -q --bare "$work/first" "$work/repository"
printf '#!/bin/sh\nrm hooks/pre-receive; mv "%s" "%s"; exit 1\n' "$work/repository" "$work/away" \
    >"$work/repository/hooks/pre-receive"
chmod +x "$work/repository/hooks/pre-receive"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}
  - {id: b, title: B, prompt: p, command: [sh, -c, "echo b >b"]}
  - {id: c, title: C, prompt: p, command: [sh, -c, "echo c >c"]}
END
all_wait() {
	grep -q 'what is to land waits' "$work/err" && [ -d "$work/away" ] &&
	    [ "$(grep -c 'verifying (ticket' "$work/err")" = 3 ]
}
back() {
	wait_until 60 all_wait || return
	cp "$work/err" "$work/then"
	mv "$work/away" "$work/repository"
}
: >"$work/err"
back &
children=$!
orch 0 -j 2 --order plan --verify 'test -e first.txt' --branch main "$work/tasks.yaml"
has "$work/then" "what is to land waits: $work/repository cannot be reached"
! grep -q 'landed as' "$work/then" || fail "something has landed without an upstream"
has "$work/err" "what waited to land goes on"
equal "landed" "C B A First" "$(in_repository log --format=%s main | xargs)"
nothing_left
ok "a network that is down is waited for"
