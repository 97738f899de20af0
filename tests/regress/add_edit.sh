#!/bin/sh
# One task from a text in quotes, with options or without, from standard input, and from an
# editor: what is written is added; nothing written is nothing added; a mistake is told with
# its line, and the file stays.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
service_configuration
sed -i 's/verify: none}/verify: none, agent: robot}/' "$work/orch.yaml"
printf 'agents:\n  robot: {command: [sh, -c, "cat >said"], prompt: stdin}\n' >>"$work/orch.yaml"
start_service
ctl 0 add "Say what is to be said"
has "$work/out" "1 added: task-"
ctl 0 add --id options "Say it with options" --files said
ctl 0 show options
has "$work/out" "title        Say it with options"
has "$work/out" "files        said"
! grep -q '^command' "$work/out" || fail "the text is a command: $(cat "$work/out")"
ctl 0 add --id behind --files other -- "no such program"
ctl 0 show behind
has "$work/out" "command      no such program"
ctl 2 add "no-such-file.yaml"
printf 'tasks:\n  - {id: in, prompt: from standard input}\n' >"$work/in"
ask add - <"$work/in" >"$work/out"
has "$work/out" "1 added"
ok "from a text and from standard input"

# An editor is any program.
TMPDIR=$work/tmp
mkdir "$TMPDIR"
export TMPDIR
edit_with() {
	VISUAL="sh $work/editor"
	export VISUAL
	cat >"$work/editor"
}
edit_with <<'END'
sed -i -e 's/^#id: .*/id: written/' -e 's/^#estimate: .*/estimate: 5m/' "$1"
printf 'Do it.\n\n# a heading, not a comment\n' >>"$1"
END
ctl 0 add -e
has "$work/out" "1 added: written"
ctl 0 show written
has "$work/out" "estimate     300 s"
has "$work/out" "# a heading, not a comment"
equal "files left" "" "$(ls "$TMPDIR")"
echo true | edit_with
ctl 0 add -e
has "$work/err" "nothing was written, so nothing is added"
printf ': >"$1"\n' | edit_with
ctl 0 add -e
has "$work/err" "nothing was written, so nothing is added"
equal "files left" "" "$(ls "$TMPDIR")"
ok "from an editor"

edit_with <<'END'
sed -i 's/^#estimate: .*/estimate: soon/' "$1"
echo "Do it." >>"$1"
END
ctl 2 add -e
has "$work/err" "estimate: is not a time such as"
grep -q "md:10:11: task #1: estimate" "$work/err" || fail "not in its line: $(cat "$work/err")"
has "$work/err" "nothing was added; what was written is in $TMPDIR/"
has "$(ls "$TMPDIR"/*)" "estimate: soon"
printf 'exit 3\n' | edit_with
ctl 2 add -e
ctl 0 list
equal "tasks" 5 "$(sed 1d "$work/out" | wc -l)"
stop_service
nothing_left
ok "mistakes"
