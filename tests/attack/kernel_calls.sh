#!/bin/sh
# Calls of the kernel that make namespaces, mounts, keys or programs in the kernel.
. "$(dirname "$0")/lib.sh" <<'AGENT'
[ "$(uname -m)" = x86_64 ] || { echo "attack: refused: not tried on this machine"; echo x >result; exit 0; }
cat >/tmp/attack.pl <<'PERL'
my $buffer = "\0" x 4096;
sub try { my ($what, @call) = @_;
	my $result = syscall($call[0], @call[1 .. $#call]);
	print "attack: ", $result == -1 ? "refused" : "done", ": $what\n"; }
try("add_key", 248, "user", "orch", "x", 1, -4);
try("add_key to the user's keyring", 248, "user", "orch", "x", 1, -5);
try("request_key", 249, "user", "orch", 0, -4);
try("keyctl, read the session's keyring", 250, 11, -3, $buffer, 4096);
try("keyctl, join a session", 250, 1, 0);
try("mount", 165, "none", "/tmp", "tmpfs", 0, 0);
try("umount2", 166, "/run/orch/objects", 2);
try("move_mount", 429, -1, "", -1, "/tmp", 4);
try("open_tree", 428, -100, "/workspace", 1);
try("fsopen", 430, "tmpfs", 0);
try("mount_setattr", 442, -100, "/", 0, $buffer, 32);
try("pivot_root", 155, "/", "/");
try("chroot", 161, "/tmp");
try("bpf", 321, 0, $buffer, 128);
try("userfaultfd", 323, 0);
try("userfaultfd of user mode", 323, 1);
try("perf_event_open", 298, $buffer, 0, -1, -1, 0);
try("unshare a user namespace", 272, 0x10000000);
try("unshare a mount namespace", 272, 0x20000);
try("unshare a time namespace", 272, 0x80);
try("setns", 308, 0, 0);
try("clone with a user namespace", 56, 0x10000000 | 17, 0, 0, 0, 0) if $^O eq "linux";
try("clone3", 435, $buffer, 88);
try("io_uring_setup", 425, 8, $buffer);
try("ptrace of what is outside", 101, 0x4206, 1, 0, 0) if 0;
try("kexec_load", 246, 0, 0, 0, 0);
try("init_module", 175, $buffer, 10, "");
try("reboot", 169, 0xfee1dead, 672274793, 0, 0);
try("swapon", 167, "/tmp/x", 0);
try("settimeofday", 164, $buffer, 0);
try("open_by_handle_at", 304, -100, $buffer, 0);
try("fanotify_init", 300, 0, 0);
try("sethostname", 170, "x", 1);
try("quotactl", 179, 0, 0, 0, 0);
try("iopl", 172, 3);
open(my $terminal, "<", "/dev/null");
try("TIOCSTI", 16, fileno($terminal), 0x5412, "x");
PERL
perl /tmp/attack.pl
shell 'unshare(1)' 'unshare -Ur true'
shell 'bwrap in it' 'bwrap --ro-bind / / true'
AGENT
attack
