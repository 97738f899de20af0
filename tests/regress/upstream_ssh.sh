#!/bin/sh
# An upstream that is reached by ssh: orch lands there, and ssh asks nobody, waits for a
# machine that does not answer no longer than half a minute, and notices one that is gone.
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null || skip "needs root: another program stands for ssh"
ssh=$(command -v ssh) || skip "ssh is not installed"
ssh=$(realpath "$ssh")

new_repository "$work/first"
git clone -q --bare "$work/first" "$work/up.git"
cat >"$work/ssh" <<END
#!/bin/sh
printf '%s\n' "\$*" >>"$work/asked"
for command; do :; done
exec sh -c "\$command"
END
chmod 755 "$work/ssh"
say 'tasks: [{id: a, title: A, prompt: p, command: [sh, -c, "echo 1 >one"]}]' >"$work/tasks.yaml"
say "projects: {run: {upstream: 'ssh://robot@host.invalid$work/up.git', branch: main, verify: none}}" >"$work/orch.yaml"
# shellcheck disable=SC2016
expect 0 unshare -m sh -c 'mount --bind "$1" "$2" && shift 2 && exec "$@"' sh "$work/ssh" "$ssh" \
    orchctl run -C "$work/first" --state "$state" -c "$work/orch.yaml" "$work/tasks.yaml"
equal "landed" A "$(git -C "$work/up.git" log -1 --format=%s main)"
for option in BatchMode=yes ConnectTimeout=30 ServerAliveInterval=15 ServerAliveCountMax=4; do
	equal "calls without $option" "" "$(grep -v -e "-o$option " "$work/asked")"
done
has "$work/asked" "robot@host.invalid git-receive-pack"
nothing_left
ok "by ssh"
