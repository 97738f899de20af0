#!/bin/sh
# pre_land has a say in what lands: it runs on the tree that would, after it was verified, and
# when it fails the task is blocked with its last words, and nothing of it lands. A retry
# runs it again. Without a verify command what lands is as unverified as before. It may not
# write. Others go on meanwhile; one that hangs ends by its limit and blocks.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/repository/check" <<'END'
#!/bin/sh
echo "in $(ls | xargs)"
cat
(echo x >x) 2>/dev/null && echo WRITTEN
[ ! -e hangs ] || sleep 600
[ ! -e forbidden ] || { echo "nobody may forbid"; exit 1; }
END
chmod +x "$work/repository/check"
git -C "$work/repository" add . && git -C "$work/repository" commit -q -m Check
for verify in none "test -e first.txt"; do
	project_configuration 2 <<END
verify: $verify
hooks: {pre_land: ./check, timeout: 2s}
END
	rm -rf "$state"
	start_service
	ctl 0 add --id bad --title Bad -- sh -c 'test $ORCH_ATTEMPT != 1 || echo x >forbidden; echo b >b'
	ctl 0 add --id good --title Good -- sh -c 'echo a >a'
	ctl 1 wait good bad
	ctl 0 --json show bad
	has "$work/out" '"state":"BLOCKED"'
	has "$work/out" 'hook pre_land: fail: its command failed (exit status 1): nobody may forbid'
	equal "what landed" "a check first.txt" "$(git -C "$work/up.git" ls-tree --name-only main | xargs)"
	word=PASS
	[ "$verify" != none ] || word=UNVERIFIED
	equal "verdict" "Orch-Verdict: $word" "$(git -C "$work/up.git" log -1 --format=%B main | grep Orch-Verdict)"
	cat "$state"/logs/good/hook-pre_land-*.log >"$work/seen"
	has "$work/seen" "in a check first.txt"
	has "$work/seen" '"hook":"pre_land","project":"p"'
	has "$work/seen" '"task":"good","title":"Good","attempt":1,"ticket":'
	! grep -q WRITTEN "$state"/logs/*/hook-pre_land-*.log || fail "it may write"
	ask events | grep -q "bad: hook.failed: pre_land: fail" || fail "no event: $(ask events)"
	ok "it blocks, verify: $verify"

	ctl 0 retry bad
	ctl 0 wait bad
	equal "what landed" "a b check first.txt" "$(git -C "$work/up.git" ls-tree --name-only main | xargs)"
	ok "and a retry passes"
	ctl 0 add --id hangs --title Hangs -- sh -c 'echo h >hangs'
	ctl 1 wait hangs
	ctl 0 show hangs
	has "$work/out" "hook pre_land: timeout"
	stop_service
	nothing_left
	ok "one that hangs blocks"
done
