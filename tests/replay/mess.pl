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
		next if grep { $name eq $_ } ".", "..", ".git", ".gitattributes", ".gitmodules";
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
sub move { rename($_[0], $_[1]) or print "not moved to $_[1]: $!\n"; }
sub away { system("rm", "-rf", "--", $_[0]); }
sub git { system("git", "-c", "user.name=Mess", "-c", "user.email=mess\@example.org", @_) == 0 or exit 1; }
sub listed { open(my $handle, "-|", @_) or exit 1; local $/ = "\0"; my @all = <$handle>; chomp(@all); return @all; }

# Folders below with a .git of their own, and those that the index has as one.
sub nested { return sort map { s,/\.git$,,r } listed("find", ".", "-mindepth", "2", "-name", ".git", "-prune", "-print0"); }
sub linked { return sort map { /^160000 [^\t]*\t(.*)/s ? $1 : () } listed("git", "ls-files", "-s", "-z"); }

# A repository lands only as a submodule; with an odd name .gitmodules cannot name it as it is.
sub declare {
	my %plain = map { $_ => 1 } linked();
	for my $path (nested()) {
		if ($path =~ m,^\./([\w.][\w./]*)$,) { $plain{$1} = 1; } else { away("$path/.git"); }
	}
	put(".gitmodules", join("", map { "[submodule \"$_\"]\n\tpath = $_\n" } sort keys %plain), ">");
}
# What Git cannot add, a repository without a commit, stays out.
sub add { declare(); my $status = system("git", "add", "-A", "--ignore-errors") >> 8; exit 1 if $status > 1; }
sub commit { declare(); git("add", ".gitmodules"); git("commit", "-q", "--allow-empty", "-m", $_[0]); }

# A commit in a repository inside, the same whoever makes it.
sub commit_in {
	my ($path) = @_;
	local @ENV{"GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"} = ("m") x 4;
	local @ENV{"GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"} = ("1700000000 +0000") x 2;
	system("git", "-C", $path, "add", "-A", "--ignore-errors");
	git("-C", $path, "commit", "-q", "--allow-empty", "-m", "Inside");
}
sub repository {
	my ($path) = @_;
	return if -l $path || -e "$path/.git" || $path eq ".";
	git("init", "-q", $path);
	put("$path/f" . int(rand(5)), text(), ">") if rand() < 0.8;
	commit_in($path) if rand() < 0.7;
	declare();
	system("git", "--literal-pathspecs", "add", "--", $path) if rand() < 0.3;
}
sub submodule { my @all = map { "./$_" } grep { !-l $_ && -d $_ } linked(); return @all ? one(@all) : folder(); }

# Not what lies in a repository of its own: there Git refuses.
sub force { return -f $_[0] && !-l $_[0] && system("git", "--literal-pathspecs", "add", "-f", "--", $_[0]) == 0; }
# Git refuses when it would have to change a .gitmodules that is changed.
sub untrack {
	declare();
	git("add", ".gitmodules");
	git("--literal-pathspecs", "rm", "-r", "-q", "-f", "--cached", "--ignore-unmatch", "--", $_[0]);
}

my @ways = (
	sub { put(file(), text(), ">>") }, sub { put(file(), text(), ">") }, sub { put(fresh(), text(), ">") },
	sub { put(fresh(), "b\0\1" . text(), ">") }, sub { away(file()) },
	sub { my $folder = folder(); away($folder) if $folder ne "." },
	sub { my $path = file(); chmod(one(0644, 0755), $path) if !-l $path },
	sub { move(file(), fresh()) }, sub { my $from = folder(); move($from, fresh()) if $from ne "." },
	sub { my $path = file(); away($path); mkdir($path); put("$path/inside", text(), ">") },
	sub { my $path = folder(); return if $path eq "."; away($path); put($path, text(), ">") },
	# Away and there again: what was in it is not.
	sub { my $path = folder(); return if $path eq "."; away($path); mkdir($path); put("$path/again", text(), ">") },
	sub { symlink(one("nowhere", "..", "/etc", "a b", file()), fresh()) },
	sub { my $path = file(); away($path); symlink(one("nowhere", "."), $path) },
	sub { my $path = fresh(); mkdir($path); mkdir("$path/deep"); put("$path/deep/" . one(@odd), text(), ">") },
	sub { mkdir(fresh()) }, sub { my $path = file(); utime(undef, undef, $path) if !-l $path },
	sub { put(folder() . "/.gitignore", one("n1*\n", "*.o\n", "!*.o\n", "/n2\n", "deep/\n", "*\n!.gitignore\n"), one(">", ">>")) },
	sub { add(); commit("On the way") }, sub { add() },
	sub { my $path = fresh(); put($path, text(), ">"); force($path) && commit("By force") },
	sub { my $path = fresh(); put($path, text(), ">"); force($path) },
	sub { untrack(file()) },
	sub { put($_, text(), ">>") for grep { rand() < 0.5 } walk(".", "f") },
	# Repositories: in what is new, in what was there, in the place of it, and no longer.
	sub { my $path = folder() . "/r" . int(rand(5)); mkdir($path); repository($path) if -d $path }, sub { repository(folder()) },
	sub { my $path = folder(); return if $path eq "."; away($path); mkdir($path); repository($path) },
	sub { my $path = file(); away($path); mkdir($path); repository($path) },
	sub { my @all = nested(); away(one(@all) . "/.git") if @all }, sub { my @all = nested(); away(one(@all)) if @all },
	sub { my @all = nested(); return if !@all; my $path = one(@all); put("$path/g", text(), ">"); commit_in($path) if -d "$path/.git/refs" },
	sub { my $path = submodule(); put("$path/h", text(), ">") if $path ne "." }, sub { repository(submodule()) },
	sub { my $path = submodule(); return if $path eq "."; away($path); mkdir($path); put("$path/i", text(), ">") },
	sub { my $path = submodule(); untrack($path) if $path ne "." },
	sub { my $path = folder(); put("$path/.git", one("gitdir: nowhere\n", "gitdir: ../.git\n"), ">") if $path ne "." },
	sub { my $path = folder(); mkdir("$path/.git") if $path ne "." },
	# A link in the place of a folder, attributes for what is new, other modes.
	sub { my $path = folder(); return if $path eq "."; my $to = folder(); away($path); symlink(one($to, "nowhere"), $path) },
	sub { my $path = fresh(); mkdir($path) or return; put("$path/.gitattributes", one("* text eol=crlf\n", "* -text\n", "*.o -text ident\n"), ">"); put("$path/n$_", text(), ">") for 1 .. 3 },
	sub { my $path = file(); chmod(one(0600, 0711, 0640), $path) if !-l $path },
	sub { for my $i (1 .. 40) { put("./many-$i", text(), ">") } },
);
one(@ways)->() for 0 .. int(rand(6));
# Never nothing at all.
put("./count", "$ARGV[0]\n", ">");
add() if rand() < 0.2;
declare();
