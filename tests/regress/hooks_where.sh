#!/bin/sh
# Hooks without a sandbox (sandbox: none) and without a network (network: off): pre_land lets
# through what it may and blocks the rest with its last words; the others are run, each with
# its object on standard input, and at the path in it what the attempt printed, with a HOME
# of its own and its secrets, which are masked; nothing that one starts outlives it. With
# network: off a hook has none either.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
# What a hook starts is found by this argument.
mark=mark-${work##*/}
cat >"$work/repository/hook" <<END
#!/bin/sh
object=\$(cat)
printf '%s\n' "\$object"
case \$object in *'"hook":"session_end"'*)
	cat "\$(printf %s "\$object" | sed 's/.*"transcript_path":"\([^"]*\)".*/\1/')" ;;
esac
echo "home \$(ls -A "\$HOME" | wc -l), secret \$TOKEN"
echo "interfaces \$(sed -n 's/ *\([^ :]*\):.*/\1/p' /proc/net/dev | xargs)"
(trap '' TERM HUP; setsid sh -c "trap '' TERM HUP; while :; do sleep 1; done" $mark &)
[ ! -e hangs ] || sleep 600
[ ! -e forbidden ] || { echo "nobody may forbid"; exit 1; }
END
chmod +x "$work/repository/hook"
in_repository add .
in_repository commit -q -m Hook
echo s3cr3t-word >"$work/token"
nobody_left() { [ -z "$(grep -lsaF "$mark" /proc/[0-9]*/cmdline 2>/dev/null || :)" ]; }

for where in "sandbox: none" "network: off"; do
	rm -rf "$state" "$work/up.git"
	git clone -q --bare "$work/repository" "$work/up.git"
	cat >"$work/orch.yaml" <<END
version: 1
slots: 2
state: $state
runtime: $work/run/orch
projects:
  p:
    upstream: $work/up.git
    branch: main
    verify: test -e first.txt
    $where
    retries: {failed: 0}
    hooks:
      pre_land: ./hook
      task_start: ./hook
      iteration_end: ./hook
      session_end: ./hook
      task_end: ./hook
      timeout: 5s
      secrets: [TOKEN=file:$work/token]
END
	start_service
	ctl 0 add --id good --title Good -- sh -c 'echo "words of the agent"; echo a >a'
	ctl 0 add --id bad --title Bad -- sh -c 'test $ORCH_ATTEMPT != 1 || echo x >forbidden; echo b >b'
	ctl 1 wait good bad
	ctl 0 show bad
	has "$work/out" BLOCKED
	has "$work/out" "hook pre_land: fail: its command failed (exit status 1): nobody may forbid"
	equal "what landed" "a first.txt hook" "$(git -C "$work/up.git" ls-tree --name-only main | xargs)"
	ctl 0 retry bad
	ctl 0 wait bad
	equal "what landed" "a b first.txt hook" "$(git -C "$work/up.git" ls-tree --name-only main | xargs)"
	ok "pre_land blocks, and lets through: $where"

	heard() { cat "$state"/logs/good/hook-"$1"-*.log 2>/dev/null; }
	hears() { heard "$1" | grep -q "^interfaces"; }
	for hook in pre_land task_start iteration_end session_end task_end; do
		wait_until 30 hears $hook || fail "no $hook: $(ls "$state/logs/good")"
		heard $hook >"$work/seen"
		has "$work/seen" "\"hook\":\"$hook\",\"project\":\"p\""
		has "$work/seen" "home 0, secret "
		! grep -q s3cr3t-word "$work/seen" || fail "its secret is in the log of $hook"
		! grep -q "secret \$" "$work/seen" || fail "$hook has no secret"
		[ "$where" != "network: off" ] || equal "network of $hook" "interfaces lo" "$(grep ^interfaces "$work/seen" | sort -u)"
	done
	heard session_end >"$work/seen"
	has "$work/seen" "words of the agent"
	wait_until 30 nobody_left || fail "what a hook started is left: $(grep -lsaF "$mark" /proc/[0-9]*/cmdline)"
	ok "each is heard, and leaves nothing: $where"

	ctl 0 add --id hangs --title Hangs -- sh -c 'echo h >hangs'
	ctl 1 wait hangs
	ctl 0 show hangs
	has "$work/out" "hook pre_land: timeout"
	wait_until 30 nobody_left || fail "what a hook that hung has started is left"
	! git -C "$work/up.git" cat-file -e main:hangs 2>/dev/null || fail "it has landed"
	stop_service
	nothing_left
	ok "one that hangs blocks: $where"
done
