#!/bin/sh
# A tracked folder becomes a link to a folder outside with files of the same
# names: what is deleted or written next is not there.
. "$(dirname "$0")/lib.sh" <<'AGENT'
rm -r folder
ln -s "$OUTSIDE/folder" folder
planted 'a folder that is a link'
AGENT
look() {
	equal "the file outside" kept "$(cat "$place/outside/folder/old")"
	equal "files outside" "old" "$(ls "$place/outside/folder")"
}
# The task behind it makes it a folder again.
after='[ -L folder ] || exit 1; rm folder; mkdir folder; echo back >folder/old; echo after >after'
attack
