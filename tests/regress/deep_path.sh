#!/bin/sh
# A path that is as long as the system takes lands and goes away again. With the
# state folder before it, it is longer than a path can be.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/deep.pl" <<'END'
my $name = "d" x 250;
for (1 .. 16) { mkdir $name; chdir $name or die "$name: $!"; }
for my $file ("x" x 30, "kept") { open my $out, ">", $file or die "$file: $!"; print $out "deep\n"; }
END
{
	say "tasks:"
	say "  - {id: deep, title: Deep, prompt: p, command: [perl, -e, '$(tr '\n' ' ' <"$work/deep.pl")']}"
	say "  - {id: gone, title: Gone, prompt: p, depends_on: [deep], command: [find, ., -name, 'xxx*', -execdir, rm, '{}', +]}"
	say "  - {id: after, title: After, prompt: p, depends_on: [gone], command: [sh, -c, 'echo x >after']}"
} >"$work/tasks.yaml"
orch 0 --verify true "$work/tasks.yaml"
equal "landed" 3 "$(in_repository rev-list --count main~3..main)"
in_repository ls-tree -r --name-only main | grep -q 'd/kept$' || fail "what was to stay is gone"
! in_repository ls-tree -r --name-only main | grep -q xxx || fail "it is still there"
nothing_left
ok "deeper than a path may be"
