#!/bin/sh
# On a narrow terminal why a task is where it is is read all the same: what does not fit behind
# a row stands below it, broken between words, and so do the words of show and status.
. "$(dirname "$0")/lib.sh"
command -v script >/dev/null || skip "no script(1): there is no terminal to be had"

new_repository "$work/repository"
service_configuration
start_service
long="The first words of a title that goes on, and the last ones of it, ünd größer 日本語"
ctl 0 pause --why "nobody is to start anything before the disk has been looked at by somebody"
ctl 0 add --id one-with-a-long-name --title "$long" -- sh -c "echo 1 >one"
ctl 0 add --id short --title "$long $long $long $long $long $long END" -- sh -c "echo 2 >two"

# seen COLUMNS ARGUMENTS...: what a person sees, in $work/out.
seen() {
	columns=$1
	shift
	TERM=xterm script -qec "stty cols $columns; orchctl --socket '$socket' $*" /dev/null </dev/null |
	    tr -d '\r' | sed 's/\x1b\[[0-9;]*m//g' >"$work/out"
	[ -s "$work/out" ] || fail "nothing is seen of $*"
	# A path is not broken, so that it can be copied.
	widest=$(awk 'NF > 2' "$work/out" | LC_ALL=C.UTF-8 wc -L)
	[ "$widest" -le "$columns" ] || { cat "$work/out"; fail "$widest columns of $columns"; }
}
words() { tr '\n' ' ' <"$work/out" | tr -s ' '; }
told() { words | grep -qF -e "$1" || { cat "$work/out"; fail "no '$1' at $columns columns"; }; }

why="waits for orchd, which is paused by $(id -un) since "
for columns in 60 80 120 200; do
	seen $columns list
	told "$why"
	told ": nobody is to start anything before the disk has been looked at by somebody (orchctl resume)"
	seen $columns show one-with-a-long-name
	told ": nobody is to start anything before the disk has been looked at by somebody (orchctl resume)"
	told "title $long"
	seen $columns status
	told ": nobody is to start anything before the disk has been looked at by somebody"
done
# A command can be copied: no line ends within it.
for columns in $(seq 60 90); do
	seen $columns show one-with-a-long-name
	grep -q '(orchctl resume)' "$work/out" || { cat "$work/out"; fail "a command is broken at $columns columns"; }
done
seen 80 list
grep -q '^        waits for orchd' "$work/out" || fail "it is not below its row: $(cat "$work/out")"
ok "words are broken, not cut"

# What is very long is cut where it would bury the others.
ctl 0 resume
ctl 0 wait
seen 80 list
told "$(printf %s "$long" | cut -c1-40)"
! words | grep -q END || fail "it is all there"
grep -q '\.\.\.$' "$work/out" || fail "it is not said that it is cut"
ok "a very long title is cut"
stop_service
nothing_left
