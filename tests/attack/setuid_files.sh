#!/bin/sh
# Files with the rights of their owner (setuid), which would be root's outside.
. "$(dirname "$0")/lib.sh" <<'AGENT'
cp /bin/sh shell && chmod 4755 shell
cp /bin/sh "$HOME/shell" && chmod 6755 "$HOME/shell"
mkdir shared && chmod 2777 shared && cp /bin/sh shared/shell && chmod 2755 shared/shell
git add -A
git commit -q -m "With rights"
planted setuid
AGENT
look() {
	equal "mode" 100755 "$(as git -c safe.directory='*' -C "$repository" ls-tree main shell | cut -d' ' -f1)"
}
attack
