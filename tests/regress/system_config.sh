#!/bin/sh
# The machine's own configuration of Git (/etc/gitconfig, a private one here) names
# programs for whatever Git can run, hooks lie in commitd's repository, and its own
# configuration has a monitor: Git of commitd's, of the courier's and of the workers' runs none of it, in both kinds of
# workspace. The person's own Git, which orchctl runs in the checkout, may.
case ${ORCH_PRIVATE:-} in
'')	[ "$(id -u)" = 0 ] || { echo "needs root for a private /etc"; exit 77; }
	unshare -m true 2>/dev/null || { echo "no private mounts here"; exit 77; }
	ORCH_PRIVATE=1 exec unshare -m --propagation private sh "$0" ;;
esac
. "$(dirname "$0")/lib.sh"

chmod 711 "$work"
mkdir "$work/etc"
mount -t tmpfs orch-test "$work/etc"
undo() { umount -l /etc "$work/etc" 2>/dev/null; }
mkdir "$work/etc/upper" "$work/etc/work"
mount -t overlay -o "lowerdir=/etc,upperdir=$work/etc/upper,workdir=$work/etc/work" orch-test /etc ||
    skip "cannot mount over /etc"

# Who ran it: the programs above it, its own end first.
calls=$work/seen
mkdir "$work/hooks"
cat >"$work/payload" <<END
#!/bin/sh
pid=\$\$ line=\${0##*/}
while [ "\$pid" -gt 1 ] 2>/dev/null; do
	line="\$line \$(cat /proc/\$pid/comm)"
	pid=\$(sed -n 's/^PPid:[^0-9]*//p' /proc/\$pid/status)
done
echo "\$line" >>$calls
[ "\${0##*/}" = filter ] && cat
exit 0
END
chmod 755 "$work/payload"
cp "$work/payload" "$work/filter"
hooks='post-index-change reference-transaction post-checkout post-merge pre-receive update post-receive
    post-update pre-push pre-auto-gc'
for hook in $hooks; do cp "$work/payload" "$work/hooks/$hook"; done
cat >/etc/gitconfig <<END
[core]
	fsmonitor = $work/payload
	hooksPath = $work/hooks
	sshCommand = $work/payload
	alternateRefsCommand = $work/payload
[filter "sys"]
	clean = $work/filter
	smudge = $work/filter
[diff "sys"]
	textconv = $work/filter
	command = $work/payload
[merge "sys"]
	driver = $work/payload
[gpg]
	program = $work/payload
END
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a.sys; mkdir d; echo d >d/d.sys"]}
  - {id: b, title: B, prompt: p, depends_on: [a], command: [sh, -c, "echo b >>a.sys; rm -r d; echo '* diff=sys' >d"]}
  - {id: c, title: C, prompt: p, command: [sh, -c, "echo c >>first.sys"]}
END

# It does run where Git is run without our care: else nothing would be proved.
new_repository "$work/repository"
: >"$calls"
chmod 666 "$calls"
GIT_CONFIG_NOSYSTEM=0 git -C "$work/repository" status >/dev/null 2>&1
[ -s "$calls" ] || fail "the configuration says nothing to Git"

for kind in auto checkout; do
	rm -rf "$work/repository" "$work/up.git"
	new_repository "$work/repository"
	say '*.sys filter=sys diff=sys merge=sys' >"$work/repository/.gitattributes"
	say first >"$work/repository/first.sys"
	in_repository add -A
	in_repository commit -q -m "Attributes"
	git clone -q --bare "$work/repository" "$work/up.git"
	in_repository remote add origin "$work/up.git"
	state=$work/state-$kind
	cat >"$work/orch.yaml" <<-END
	projects:
	  p: {workspace: $kind, verify: "test -e first.txt", upstream: $work/up.git}
	END
	printf 'tasks: [{id: z, title: Z, prompt: p, command: [sh, -c, "echo z >z.sys"]}]\n' >"$work/first.yaml"
	GIT_CONFIG_NOSYSTEM=0 orch 0 -c "$work/orch.yaml" "$work/first.yaml"
	repository=$(ls -d "$state"/projects/*/repository.git)
	mkdir -p "$repository/hooks"
	for hook in $hooks; do cp "$work/payload" "$repository/hooks/$hook"; done
	chmod 755 "$repository/hooks"
	# By its owner's file: git config would make another one, of root's.
	printf '[core]\n\tfsmonitor = %s\n' "$work/payload" >>"$repository/config"
	GIT_CONFIG_NOSYSTEM=0 orch 0 -j 2 -c "$work/orch.yaml" "$work/tasks.yaml"
	equal "landed" 4 "$(git -C "$work/up.git" log --format=%s main | grep -c '^[ABCZ]$')"
	if grep -E 'orch-(commitd|courier|worker|collect)' "$calls"; then
		fail "run by what is no person's, in workspace: $kind"
	fi
	ok "nothing of the machine's configuration is run: workspace $kind"
done
nothing_left
