#!/bin/sh
# The root and the working folder of other processes, by way of /proc.
. "$(dirname "$0")/lib.sh" <<'AGENT'
for process in /proc/[0-9]*; do
	try "$process/root" test -e "$process/root$STATE/version"
	try "$process/cwd" test -e "$process/cwd/repository.git"
	shell "writing below $process/root" "echo x >$process/root$OUTSIDE/precious"
done
try 'another process' sh -c 'grep -sl orchd /proc/[0-9]*/comm'
AGENT
attack
