#!/usr/bin/perl
# mess.pl SEED: changes the work tree at hand in a few random ways, the same for
# the same seed and the same tree: what agents do, and what Git makes difficult.
use strict;
use warnings;

srand($ARGV[0]);
my @odd = ("a b", "-rf", "new\nline", "quo\"te", "back\\slash", ":(top)x", "*", "\xc3\xa9", "tab\there", "#c", "!n", "\$x");

sub one { return $_[int(rand(@_))]; }

# What is there, in an order that does not depend on the file system.
sub walk {
	my ($folder, $kind) = @_;
	my @found;
	opendir(my $handle, $folder) or return ();
	for my $name (sort readdir($handle)) {
		# What .gitattributes says never changes: Git looks again at files nobody touched, or not, by their age.
		next if grep { $name eq $_ } ".", "..", ".git", ".gitattributes";
		my $path = $folder eq "." ? "./$name" : "$folder/$name";
		my $is_folder = !-l $path && -d $path;
		push @found, $path if $is_folder == ($kind eq "d");
		push @found, walk($path, $kind) if $is_folder && !-e "$path/.git";
	}
	closedir($handle);
	return @found;
}
sub file { my @all = walk(".", "f"); return @all ? one(@all) : "./first"; }
sub folder { return one(".", ".", walk(".", "d")); }
sub fresh { return folder() . "/" . (rand() < 0.4 ? one(@odd) : "n" . int(rand(30))) . (rand() < 0.2 ? ".o" : ""); }

sub put {
	my ($path, $text, $how) = @_;
	return if -l $path || -d $path;
	open(my $handle, $how, $path) or return;
	print $handle $text;
	close($handle);
}
sub text { return join("", map { one("line ", "line ", "\$Id: here \$ ") . int(rand(1000)) . one("\n", "\n", "\r\n") } 0 .. int(rand(5))); }
sub away { system("rm", "-rf", "--", $_[0]); }
sub git { system("git", "-c", "user.name=Mess", "-c", "user.email=mess\@example.org", @_) == 0 or exit 1; }

my @ways = (
	sub { put(file(), text(), ">>") }, sub { put(file(), text(), ">") }, sub { put(fresh(), text(), ">") },
	sub { put(fresh(), "b\0\1" . text(), ">") }, sub { away(file()) },
	sub { my $folder = folder(); away($folder) if $folder ne "." },
	sub { my $path = file(); chmod(one(0644, 0755), $path) if !-l $path },
	sub { rename(file(), fresh()) }, sub { my $from = folder(); rename($from, fresh()) if $from ne "." },
	sub { my $path = file(); away($path); mkdir($path); put("$path/inside", text(), ">") },
	sub { my $path = folder(); return if $path eq "."; away($path); put($path, text(), ">") },
	# Away and there again: what was in it is not.
	sub { my $path = folder(); return if $path eq "."; away($path); mkdir($path); put("$path/again", text(), ">") },
	sub { symlink(one("nowhere", "..", "/etc", "a b", file()), fresh()) },
	sub { my $path = file(); away($path); symlink(one("nowhere", "."), $path) },
	sub { my $path = fresh(); mkdir($path); mkdir("$path/deep"); put("$path/deep/" . one(@odd), text(), ">") },
	sub { mkdir(fresh()) }, sub { my $path = file(); utime(undef, undef, $path) if !-l $path },
	sub { put(folder() . "/.gitignore", one("n1*\n", "*.o\n", "!*.o\n", "/n2\n", "deep/\n", "*\n!.gitignore\n"), one(">", ">>")) },
	sub { git("add", "-A"); git("commit", "-q", "--allow-empty", "-m", "On the way") },
	sub { my $path = fresh(); put($path, text(), ">"); return if !-f $path; git("--literal-pathspecs", "add", "-f", "--", $path); git("commit", "-q", "--allow-empty", "-m", "By force") },
	sub { my $path = fresh(); put($path, text(), ">"); git("--literal-pathspecs", "add", "-f", "--", $path) if -f $path },
	sub { my $path = file(); git("--literal-pathspecs", "rm", "-q", "--cached", "--ignore-unmatch", "--", $path) },
	sub { put($_, text(), ">>") for grep { rand() < 0.5 } walk(".", "f") },
	sub { for my $i (1 .. 40) { put("./many-$i", text(), ">") } },
);
one(@ways)->() for 0 .. int(rand(6));
# Never nothing at all.
put("./count", "$ARGV[0]\n", ">");
