#!/bin/sh
# The upstream refuses one of the commits that wait to be pushed together: those before
# it land all the same, nothing lands behind it, and what the upstream said is told. When
# a person takes the bad one away, the rest goes on.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
cat >"$work/up.git/hooks/pre-receive" <<END
#!/bin/sh
while read -r old new ref; do
	[ -e "$work/first" ] || { : >"$work/first"; while [ ! -e "$work/go" ]; do sleep 0.1; done; }
	for commit in \$(git rev-list "\$old..\$new"); do
		! git cat-file -e "\$commit:bad" 2>/dev/null || { echo "a secret in \$commit"; exit 1; }
	done
done
END
chmod +x "$work/up.git/hooks/pre-receive"
sed -i 's/verify: none/verify: none, order: plan/; s/slots: 1/slots: 3/' "$work/orch.yaml"
{
	say "tasks:"
	for i in 1 2 3 4 5 6; do
		name=f$i
		[ $i != 5 ] || name=bad
		say "  - {id: t$i, title: T$i, prompt: p, command: [sh, -c, 'echo $i >$name']}"
	done
} >"$work/tasks.yaml"
all_wait() { [ "$(ask list --json | grep -o '"state": *"LANDING"' | wc -l)" = 6 ]; }
landed() { git -C "$work/up.git" log --reverse --format=%s main | xargs; }
four_landed() { [ "$(landed)" = "First T1 T2 T3 T4" ]; }
is_told() { ask status | grep -q 'a secret in\|pre-receive hook declined'; }

start_service
ctl 0 add "$work/tasks.yaml"
wait_until 60 all_wait || fail "they do not wait together: $(ask list)"
: >"$work/go"
wait_until 60 four_landed || fail "the good ones before it do not land: $(landed)"
wait_until 30 is_told || fail "nobody is told: $(ask status)"
equal "what landed" "First T1 T2 T3 T4" "$(landed)"
ctl 0 cancel t5
ctl 0 wait t6
equal "what landed then" "First T1 T2 T3 T4 T6" "$(landed)"
stop_service
nothing_left
ok "one that is refused does not hold up those before it"
