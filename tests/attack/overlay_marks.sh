#!/bin/sh
# The overlay's own marks, set by the agent: a redirect to another folder, an
# opaque one, whiteouts.
. "$(dirname "$0")/lib.sh" <<'AGENT'
cat >/tmp/attack.pl <<'PERL'
my %call = ("x86_64" => 188, "aarch64" => 5);
my $number = $call{(split " ", `uname -m`)[0]};
for my $space ("user", "trusted", "security") {
	for my $mark ("redirect", "opaque", "metacopy", "origin", "impure", "whiteout") {
		for my $path ("/workspace", "/workspace/folder", "/workspace/base", "/workspace/new") {
			mkdir "/workspace/new";
			my $file = "$path";
			my ($name, $value) = ("$space.overlay.$mark", $mark eq "redirect" ? "/../../../../../../../../../../etc" : "y");
			syscall($number, $file, $name, $value, length($value), 0) if defined $number;
		}
	}
}
PERL
perl /tmp/attack.pl
echo planted >new/file
planted marks
try 'files of another folder' test -e folder/passwd
try 'files of another folder' test -e new/passwd
AGENT
look() {
	! as git -c safe.directory='*' -C "$repository" ls-tree -r --name-only main | grep -q passwd || told "files of another folder have landed"
	equal "the folder" "folder/old
folder/other" "$(as git -c safe.directory='*' -C "$repository" ls-tree -r --name-only main folder)"
}
attack
