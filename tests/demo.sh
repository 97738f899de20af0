#!/bin/sh
# Shows the main job on a throw-away repository: eight tasks by "agents" that are
# shell scripts, three at a time, every tree verified before it lands. Two of them
# change the same line, so one is done again; one has to wait for another's file
# and says so (exit status 75). Then a real history is replayed, commit by commit
# (tests/replay). Ends with where to look next.
. "$(dirname "$0")/regress/lib.sh"

title() { printf '\n== %s\n' "$*"; }
show() { say "\$ $*"; "$@" | sed 's/^/   /'; }

new_repository "$work/repository"
cd "$work/repository"
mkdir src
printf '1.0\n' >VERSION
printf 'all: greet\n' >Makefile
printf 'echo hello\n' >src/greet.sh
printf 'name: demo\nlicence: none\n' >about
cat >check.sh <<'END'
#!/bin/sh
# What has to hold in every commit.
for script in src/*.sh; do
	sh -n "$script" || exit 1
done
! grep -rq --exclude-dir=.git '^<<<<<<<' . || { echo "a conflict was left"; exit 1; }
END
git add .
git commit -q -m "A small project"

cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: greet-name
    title: Greet people by their name
    prompt: "src/greet.sh should greet its first argument."
    command: [sh, -c, "sleep 0.3; echo 'echo hello \"$1\"' >src/greet.sh"]
    files: [src/greet.sh]
  - id: licence
    title: Say which licence it is
    prompt: "about: the licence is MIT."
    command: [sh, -c, "sleep 0.2; sed -i 's/licence: .*/licence: MIT/' about"]
  - id: licence-year
    title: Add the year to the licence
    prompt: "about: the licence line ends with the year. It may have changed by then: keep what it says."
    command: [sh, -c, "sleep 0.6; sed -i 's/licence: .*/&, 2026/' about"]
  - id: bye
    title: A script that says good-bye
    prompt: "Write src/bye.sh, and commit it yourself."
    command: [sh, -c, "echo 'echo good-bye' >src/bye.sh && git add src && git commit -qm 'Say good-bye' -m 'With a message of its own, which is kept.'"]
    files: ["src/bye.sh"]
  - id: bye-twice
    title: Say good-bye twice
    prompt: "src/bye.sh: say it twice. Exit 75 while somebody else is still writing it."
    command: [sh, -c, "[ -e src/bye.sh ] || { echo 'src/bye.sh is not there yet'; exit 75; }; echo 'echo bye' >>src/bye.sh"]
    priority: 0
  - id: readme
    title: Write a README
    prompt: "What is this?"
    command: [sh, -c, "sleep 0.4; echo 'A demonstration.' >README"]
    files: [README]
  - id: install
    title: An install target
    prompt: "make install"
    command: [sh, -c, "printf 'install:\\n\\tcp src/greet.sh /usr/bin/greet\\n' >>Makefile"]
    files: [Makefile]
  - id: release
    title: Release 1.1
    prompt: "Set VERSION, once greet-name and readme are there."
    command: [sh, -c, "test -e README && echo 1.1 >VERSION"]
    depends_on: [greet-name, readme]
    files: [VERSION]
END

title "The tasks: $work/tasks.yaml"
sed -n '2,11p' "$work/tasks.yaml"
say "  ... 8 in all; how they would run on 3 slots:"
show orchctl plan -j 3 "$work/tasks.yaml"

title "The run"
say "\$ orchctl run -j 3 --verify 'sh check.sh' tasks.yaml"
status=0
orchctl run -j 3 --state "$state" --verify 'sh check.sh' "$work/tasks.yaml" 2>"$work/progress" >"$work/summary" || status=$?
grep -v '^orch[a-z-]*: ' "$work/progress" | sed 's/^/   /'
sed 's/^/   /' "$work/summary"
[ $status = 0 ] || { cat "$work/progress"; fail "orchctl run ended with $status"; }

title "What landed: one strict line of commits, each of them verified"
show git log --oneline --graph
title "One of them: the agent's own message and author are kept, the trailers say where it came from"
commit=$(git log --format=%h --grep='^Orch-Task: bye$')
show git log -1 --stat "$commit"

title "Done again, because somebody else had changed the same line"
show cat about
[ "$(git rev-list --count HEAD)" = 10 ] || fail "not every task has landed exactly once"
[ "$(sed -n 2p about)" = "licence: MIT, 2026" ] || fail "a change was lost"
[ -z "$(git status --porcelain)" ] || fail "the checkout is not clean"
nothing_left

title "A real history, done again: each of 60 commits is a task, four at a time, in plan order"
if ! sh "$sources/tests/replay/run.sh" 1 plan >"$work/replay" 2>&1; then
	cat "$work/replay"
	fail "the replay is not the history"
fi
sed 's/^/   /' "$work/replay"
say "   The branch ended with the same tree, the same commits, authors, dates and messages."

title "Where to look next"
cat <<'END'
   orchctl run --verify 'make test' -j 3 tasks.yaml     in a repository of your own
   orchctl doctor          what of this machine is used, and what is missing
   orchctl --help          every command;  README.md, man/ and HACKING.md have the rest
END
