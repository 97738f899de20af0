#!/bin/sh
# make install and make uninstall, without root: everything lands below DESTDIR,
# in the folders that were asked for, the programs find each other there, and
# uninstall leaves what was there before and nothing else.
. "$(dirname "$0")/lib.sh"

command -v make >/dev/null || skip "make is not here"
root=$work/root
# The build as it is, by the name that make knows it by: what make would build anew here, it
# would build without sanitizers, and nobody else could run it.
make_it() {
	make -C "$sources" -o all B="${build#"$sources"/}" "$@" >"$work/make" 2>&1 || {
		tail -n 20 "$work/make"
		fail "make $*"
	}
}
files() { (cd "$root" && find . ! -type d | sort); }
umask 077
mkdir -p "$root/usr/local/bin" "$root/lib/systemd/system"
: >"$root/usr/local/bin/other"
: >"$root/lib/systemd/system/other.service"
files >"$work/before"

# Nothing is written outside of DESTDIR: make says what it would do.
make_it -n install DESTDIR="$root"
! grep -E "^(install|sed .*>)" "$work/make" | grep -E '[ >]/(usr|etc|lib|opt)/' || fail "leaves DESTDIR"
make_it install DESTDIR="$root"
for file in usr/local/bin/orchd usr/local/bin/orchctl usr/local/libexec/orch/orch-worker \
    usr/local/libexec/orch/orch-commitd usr/local/libexec/orch/orch-collect \
    usr/local/libexec/orch/orch-fence; do
	equal "mode of $file" 755 "$(stat -c %a "$root/$file")"
done
for file in lib/systemd/system/orchd.service lib/systemd/system/orchd.socket usr/lib/sysusers.d/orch.conf \
    usr/local/share/orch/orch.yaml usr/local/share/orch/agents/claude.yaml \
    usr/local/share/man/man1/orchctl.1 usr/local/share/man/man5/orch.yaml.5 \
    usr/local/share/man/man5/orch-tasks.5 usr/local/share/man/man7/orch-protocol.7 \
    usr/local/share/man/man8/orchd.8 usr/local/share/bash-completion/completions/orchctl \
    usr/local/share/zsh/site-functions/_orchctl usr/local/share/fish/vendor_completions.d/orchctl.fish; do
	equal "mode of $file" 644 "$(stat -c %a "$root/$file")"
done
has "$root/lib/systemd/system/orchd.service" "ExecStart=/usr/local/bin/orchd -c /etc/orch.yaml"
! grep -rn "@[A-Z]*@\|$root" "$root/lib" "$root/usr/local/share" || fail "a place was not filled in"
ok "what is installed, and where"

# From there, with nothing of the build in reach.
PATH=$root/usr/local/bin:${PATH#"$build/bin:"}
equal "orchctl in PATH" "$root/usr/local/bin/orchctl" "$(command -v orchctl)"
new_repository "$work/repository"
printf 'tasks:\n  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}\n' >"$work/tasks.yaml"
orchctl doctor --state "$work/doctor-state" >"$work/doctor" 2>&1 || { cat "$work/doctor"; fail "orchctl doctor"; }
orch 0 --verify 'test -e a' "$work/tasks.yaml"
equal "landed" a "$(cat "$work/repository/a")"
nothing_left
ok "the programs find each other"

make_it uninstall DESTDIR="$root"
files >"$work/after"
cmp -s "$work/before" "$work/after" || { diff "$work/before" "$work/after"; fail "uninstall"; }
[ ! -e "$root/usr/local/libexec/orch" ] && [ ! -e "$root/usr/local/share/orch" ] || fail "a folder is left"
ok "uninstall"

# Other folders: each is asked for on its own.
make_it install DESTDIR="$root" PREFIX=/opt/orch SYSCONFDIR=/opt/etc UNITDIR=/opt/units SYSUSERSDIR=/opt/users
has "$root/opt/units/orchd.service" "ExecStart=/opt/orch/bin/orchd -c /opt/etc/orch.yaml"
"$root/opt/orch/bin/orchctl" --version >/dev/null
equal "files elsewhere" "$(cat "$work/before")" "$(files | grep -v '^\./opt/')"
make_it uninstall DESTDIR="$root" PREFIX=/opt/orch SYSCONFDIR=/opt/etc UNITDIR=/opt/units SYSUSERSDIR=/opt/users
equal "files after it" "$(cat "$work/before")" "$(files)"
ok "other folders"
