#!/bin/sh
# Writes through the alternates of its own repository: objects new and old,
# packs, a clean-up.
. "$(dirname "$0")/lib.sh" <<'AGENT'
objects=$(cat .git/objects/info/alternates)
old=$(find $objects -type f | head -n 1)
shell 'a new object' "echo x >$objects/planted"
shell 'a new folder' "mkdir $objects/zz"
shell 'an object there is' "chmod u+w $old && echo x >>$old"
try 'its rights' chmod 777 "$old"
try 'its removal' rm -f "$old"
try 'its name' mv "$old" "$old.away"
try 'hash-object' env GIT_OBJECT_DIRECTORY="$objects" git hash-object -w --stdin
try 'prune' env GIT_DIR="${objects%/*}" git prune --expire=now
try 'alternates of the alternates' sh -c "mkdir -p $objects/info; echo /workspace >>$objects/info/alternates"
git repack -a -d -q
git gc -q --prune=now
echo hidden | git hash-object -w --stdin
planted 'a repacked repository'
AGENT
attack
