#!/bin/sh
# Pipes, sockets and devices in the place of files of the tree, of .git and of
# .gitignore.
. "$(dirname "$0")/lib.sh" <<'AGENT'
rm -rf folder/old .git/index
mkfifo folder/old .gitignore .git/index folder/.gitattributes .git/HEAD.lock pipe
perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => "socket", Listen => 1)' || :
planted pipes
try 'a device' mknod disk b 8 0
try 'memory' mknod memory c 1 1
AGENT
attack
