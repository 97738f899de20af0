#!/bin/sh
# The completions of all shells offer every command and every option that a command has, by
# its name and by its letter, and none that it has not: what it has is read from its table.
cd "$(dirname "$0")/../.." || exit 1
command -v bash >/dev/null || { echo "skipped: bash is not here"; exit 77; }
status=0
# What every command takes, and what stands before one.
common="--json --socket -s --state --debug --help -h --version"
commands=$(sed -n 's/^	{ "\([a-z]*\)", command_.*/\1/p' orchctl/main.c)
[ -n "$commands" ] || { echo "orchctl/main.c: no commands are found"; exit 1; }

# The files that have the table of a command.
tables() {
	echo "orchctl/command_$1.c"
	for shared in change mode_set; do
		! grep -q "include \"orchctl/$shared.h\"" "orchctl/command_$1.c" || echo "orchctl/$shared.c"
	done
}

# --NAME and -LETTER of each of its options.
has() {
	# shellcheck disable=SC2046 # names of files without blanks
	cat $(tables "$1") | tr '\n\t' '  ' |
	    grep -oE "\{ \"[a-z-]+\",( '.',)? *(\.(flag|text|number|seconds|moment) |(no|required)_argument, NULL, ('.'|[A-Z]))" |
	    sed "s/^{ \"\([a-z-]*\)\",\([^']*'\(.\)'\)*.*/--\1 -\3/; s/ -\$//"
	! grep -q 'options_project(' "orchctl/command_$1.c" || echo "--project -p"
	# Of those that share a table it alone has this one.
	[ "$1" != drain ] || echo "--wait"
}

in_bash() { bash -c '. etc/completions/orchctl.bash; _orchctl_words "$1" ""' - "$1"; }
# The arm of the case that names it.
in_zsh() {
	awk -v command="$1" '
	    /case \$words\[1\] in/ { inside = 1; next }
	    inside && /^\t\t[a-z][a-z |]*\)$/ {
		mine = 0
		count = split(substr($0, 1, length($0) - 1), names, /[ \t|]+/)
		for (i = 1; i <= count; i++)
			mine = mine || names[i] == command
		next
	    }
	    inside && /^\t\t\*\)$/ { exit }
	    inside && mine { print }' etc/completions/_orchctl
}
# Its lines, and those of a loop with each word of the loop.
in_fish() {
	awk -v command="$1" '
	    /^for option in / { loop = $0; sub(/^for option in /, "", loop); next }
	    /^end/ { loop = ""; next }
	    match($0, /__fish_seen_subcommand_from [a-z ]+'"'"'/) {
		list = " " substr($0, RSTART + 28, RLENGTH - 29) " "
		if (index(list, " " command " ") == 0)
			next
		rest = substr($0, RSTART + RLENGTH)
		count = loop == "" ? 0 : split(loop, words, " ")
		for (i = 1; i <= count; i++)
			print "--" words[i]
		while (match(rest, / -[sl] [^ $]+/)) {
			word = substr(rest, RSTART, RLENGTH)
			rest = substr(rest, RSTART + RLENGTH)
			print (word ~ /^ -s/ ? "-" : "--") substr(word, 5)
		}
	    }' etc/completions/orchctl.fish
}
words() { grep -oE -e "(^|[^A-Za-z0-9-])--?[A-Za-z][A-Za-z-]*" | sed 's/^[^-]*//' | sort -u; }

for command in $commands; do
	wanted=$(has "$command" | tr ' ' '\n' | sort -u)
	for shell in bash zsh fish; do
		offered=$(in_$shell "$command" | words)
		for word in $wanted; do
			printf '%s\n' "$offered" | grep -qxe "$word" || {
				echo "completion for $shell: $command: $word is missing"
				status=1
			}
		done
		for word in $offered; do
			printf '%s\n' $common "$wanted" | grep -qxe "$word" || {
				echo "completion for $shell: $command: there is no $word"
				status=1
			}
		done
	done
done

# named SHELL WORDS: all commands are offered by name.
named() {
	for command in $commands; do
		printf '%s\n' "$2" | tr ' ' '\n' | grep -qxe "$command" || {
			echo "completion for $1: $command is missing"
			status=1
		}
	done
}
named bash "$(in_bash '')"
named zsh "$(sed -n "s/^		'\([a-z]*\):.*/\1/p" etc/completions/_orchctl)"
named fish "$(sed -n 's/^set -l commands //p' etc/completions/orchctl.fish)"
exit $status
