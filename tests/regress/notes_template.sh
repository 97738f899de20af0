#!/bin/sh
# A template of the project's own makes the notes; a place that does not exist is an error at
# start that names file and line, and nothing is begun. The folder can be anywhere. With a
# run, too, the notes are there when it has ended.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: a, title: "A *title*", prompt: p, command: [sh, -c, "echo a >a"]}
END
printf -- '---\nt: {{title}}\n---\nmine: {{task}} {{status}}\n' >"$work/repository/mine.md"
cat >"$work/repository/.orch.yaml" <<END
version: 1
projects:
  p: {verify: none, notes: {directory: $work/elsewhere, template: mine.md}}
END
git -C "$work/repository" add . && git -C "$work/repository" commit -q -m more
orch 0 "$work/tasks.yaml"
printf -- '---\nt: "A *title*"\n---\nmine: a complete\n' | cmp - "$work"/elsewhere/p/*-a.md ||
    fail "the note: $(cat "$work"/elsewhere/p/*-a.md)"
[ ! -e "$state/sessions" ] || fail "and another one"
ok "a template and a folder of its own"

printf 'one\n{{nothing}}\n{{objective\n' >"$work/repository/mine.md"
orch 2 "$work/tasks.yaml"
has "$work/err" "mine.md:2: {{nothing}}: there is no such place"
has "$work/err" "mine.md:3: a place has no end"
rm "$work/repository/mine.md"
orch 2 "$work/tasks.yaml"
has "$work/err" "mine.md: the template of notes (notes.template) cannot be read: No such file"
nothing_left
ok "what is wrong with a template is told at start"
