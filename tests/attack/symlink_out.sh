#!/bin/sh
# Symbolic links out of the work tree, to files and folders of others: neither
# the collector nor a checkout follows.
. "$(dirname "$0")/lib.sh" <<'AGENT'
ln -s "$OUTSIDE/precious" link-file
ln -s "$OUTSIDE/folder" link-folder
ln -s "$REPOSITORY" link-repository
ln -s / link-root
ln -s /proc/self/root/etc/passwd link-proc
ln -s ../../../../../../../../../../etc link-up
shell 'through a link' 'echo x >link-file'
shell 'through a linked folder' 'echo x >link-folder/new'
git add -A
git commit -q -m "Links"
rm base && ln -s "$OUTSIDE/precious" base
touch base-is-needed
planted links
AGENT
look() {
	for link in link-file link-folder link-repository link-root link-proc link-up; do
		equal "$link" 120000 "$(as git -c safe.directory='*' -C "$repository" ls-tree main $link | cut -d' ' -f1)"
	done
	equal "base" 120000 "$(as git -c safe.directory='*' -C "$repository" ls-tree main base | cut -d' ' -f1)"
}
attack
