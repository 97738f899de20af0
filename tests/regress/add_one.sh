#!/bin/sh
# orchctl add of one task says which name was made up, for people and in JSON, and
# refuses patterns that a tasks file is refused for.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration

start_service

ctl 0 add --prompt p -- sh -c 'echo x >x'
name=$(sed -n 's/^1 added: \(task-[0-9-]*\)$/\1/p' "$work/out")
[ -n "$name" ] || fail "no name: $(cat "$work/out")"
ctl 0 wait "$name"
ctl 0 --json add --prompt p -- sh -c 'echo y >y'
name=$(sed -n 's/.*"task": *"\(task-[0-9-]*\)".*/\1/p' "$work/out")
[ -n "$name" ] || fail "no name: $(cat "$work/out")"
ctl 0 wait "$name"
ok "a made-up name"

ctl 0 add --id twice --prompt p -- true
ctl 2 add --again --id twice --prompt q -- true
grep -q "'twice': differs from the task of that name in this state folder; give it another id$" "$work/err" ||
    fail "$(cat "$work/err")"
ok "a name that is taken"

ctl 2 add --id bad --prompt p --files ../x -- true
has "$work/err" "--files: leads out of the repository: ../x"
ctl 2 add --id bad --prompt p --files a/../../x -- true
ctl 2 add --id bad --prompt p --files /etc/x -- true
has "$work/err" "--files: paths are relative to the repository's root: /etc/x"
ctl 2 add --id bad --prompt p --files '!x' --files y -- true
has "$work/err" "--files: begins with what is taken out"
ctl 2 add --id bad --prompt p --files x --files '!../y' -- true
has "$work/err" "--files: leads out of the repository: !../y"
ctl 2 add --id bad --prompt p --files '' -- true
ctl 2 show bad
# A program that does not ask orchctl.
cat >"$work/add.pl" <<'END'
use IO::Socket::UNIX;
sub text { pack "Ca*", 0xa0 | length $_[0], $_[0] }
my $socket = IO::Socket::UNIX->new($ARGV[0]) or die "$ARGV[0]: $!";
sub request { syswrite $socket, "\x94\x00" . chr($_[0]) . text($_[1]) . $_[2]; sysread $socket, my $answer, 4096; $answer }
request(1, "hello", "\x82" . text("version") . "\x01" . text("role") . text("client"));
my $task = "\x84" . text("id") . text("bad") . text("prompt") . text("p") .
    text("command") . "\x91" . text("true") . text("files") . "\x91" . text("../x");
print request(2, "task.add", "\x81" . text("tasks") . "\x91" . $task);
END
perl "$work/add.pl" "$socket" >"$work/answer"
grep -qa "task 'bad': files: leads out of the repository: ../x" "$work/answer" || fail "$(cat "$work/answer")"
stop_service
nothing_left
ok "patterns"
