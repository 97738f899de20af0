#!/bin/sh
# A worker whose connection is gone and whose end is not yet told gets no job: the
# gate waits for the next one. The first worker of the verify slot is played: it
# says that it is ready, hangs up, and lives on until it is told to end.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
mkdir -p "$work/install"
cp -r "$build/bin" "$build/libexec" "$work/install"
mv "$work/install/libexec/orch-worker" "$work/install/libexec/real-worker"
cat >"$work/install/libexec/orch-worker" <<END
#!/usr/bin/perl
# hello and worker.ready as MessagePack-RPC notifications.
use POSIX;
my (\$real, \$flags) = ("$work/install/libexec/real-worker", "$work");
if (!grep(/^v0\$/, @ARGV) || -e "\$flags/played" || grep(/^--probe\$/, @ARGV)) {
	exec(\$real, @ARGV);
}
open(my \$flag, ">", "\$flags/played");
open(my \$link, "+<&=", 3);
syswrite(\$link, "\\x93\\x02\\xa5hello\\x91\\x83\\xa7version\\x01\\xa4role\\xa6worker\\xa4slot\\xa2v0");
sysread(\$link, my \$hello, 4096);
syswrite(\$link, "\\x93\\x02\\xacworker.ready\\x91\\x81\\xa5fence\\x01");
POSIX::close(3);
select(undef, undef, undef, 0.02) until -e "\$flags/end";
END
chmod +x "$work/install/libexec/orch-worker"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}
END
wait_until 5 test -x "$work/install/bin/orchctl"
"$work/install/bin/orchctl" run -C "$work/repository" --state "$state" -j 1 --verify true --json \
    "$work/tasks.yaml" >"$work/out" 2>"$work/err" </dev/null &
run=$!
children=$run
wait_until 30 grep -q '"task.verify"' "$work/out"
[ -e "$work/played" ] || fail "nobody played the worker"
: >"$work/end"
status=0
wait $run || status=$?
children=
[ $status = 0 ] || { cat "$work/out" "$work/err"; fail "exit status $status"; }
equal "verdict" "Orch-Verdict: PASS" "$(in_repository log -1 --format=%B | grep Orch-Verdict)"
nothing_left
ok "the gate waited for a worker that is there"
