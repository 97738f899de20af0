#!/bin/sh
# Descriptors that another process of the sandbox has open, by way of /proc.
. "$(dirname "$0")/lib.sh" <<'AGENT'
for fd in /proc/[0-9]*/fd/*; do
	case $(readlink $fd) in
	$STATE*|$UPSTREAM*|$OUTSIDE*) echo "attack: done: $fd is $(readlink $fd)" ;;
	esac
done
for fd in 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
	shell "writing to descriptor $fd of the first process" "echo x >>/proc/1/fd/$fd"
	shell "the rights of descriptor $fd" "chmod 666 /proc/1/fd/$fd"
done
AGENT
attack
