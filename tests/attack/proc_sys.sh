#!/bin/sh
# Settings of the kernel: a pattern for core files is a program that the kernel
# runs as root.
. "$(dirname "$0")/lib.sh" <<'AGENT'
for file in kernel/core_pattern kernel/modprobe kernel/hotplug kernel/poweroff_cmd fs/binfmt_misc/register kernel/sysrq vm/drop_caches vm/overcommit_memory fs/protected_symlinks fs/protected_hardlinks fs/suid_dumpable kernel/hostname kernel/domainname net/ipv4/ip_forward; do
	[ ! -e /proc/sys/$file ] || shell "$file" "value=\$(cat /proc/sys/$file); printf %s \"\$value\" >/proc/sys/$file"
done
[ ! -e /proc/sysrq-trigger ] || shell sysrq-trigger ': >/proc/sysrq-trigger'
for file in /proc/*; do
	case $file in /proc/[0-9]*|/proc/self|/proc/thread-self|/proc/net|/proc/mounts|/proc/pressure) continue ;; esac
	found=$(find $file -type f -writable 2>/dev/null | grep -v '^/proc/sys/\(fs/mqueue\|kernel/\(auto_msgmni\|msg\|ns_last_pid\|pid_max\|sem\|shm\)\)' | head -n 3)
	try "anything in $file ($found)" test -n "$found"
done
for file in $(find /sys -type f -writable 2>/dev/null | head -n 20); do
	shell "$file" "value=\$(cat $file); printf %s \"\$value\" >$file"
done
AGENT
attack
