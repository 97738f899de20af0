#!/bin/sh
# An agent of root's service has root's number: it does not get at the configuration of
# orch in /etc, nor at the keys and passwords beside it, which root alone may read.
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null || skip "needs root, whose files these are"

new_repository "$work/repository"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "ls -laR /etc/orch; cat /etc/orch/* /etc/orch.yaml; cat /etc/passwd; echo 1 >one"]}
END
# In a mount namespace of its own: what there is in /etc, and that.
cat >"$work/with_etc" <<END
set -e
mount -t tmpfs none "$work/below"
mkdir "$work/below/upper" "$work/below/work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$work/below/upper,workdir=$work/below/work" /etc
mkdir -p /etc/orch
umask 077
echo secret-key >/etc/orch/key
echo secret-url >/etc/orch.yaml
exec "\$@"
END
mkdir "$work/below"
unshare -m sh "$work/with_etc" true 2>/dev/null || skip "nothing can stand for /etc here"
expect 0 unshare -m sh "$work/with_etc" orchctl run -C "$work/repository" --state "$state" --verify none \
    "$work/tasks.yaml"
has "$state/logs/a/1.log" "root:"
! grep secret "$state/logs/a/1.log" || fail "an agent reads what is root's"
nothing_left
ok "what is in /etc for orch is hidden"
