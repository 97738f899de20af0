#!/bin/sh
# Setup is what an agent may have written: it leaves links where folders were, a `.git` that
# is a link, closed folders, pipes, names with newlines and patterns in them, marks of an
# overlay. Nothing outside of the slot changes or goes, each workspace is the tip's tree and
# what is plain of that, and the next one too.
. "$(dirname "$0")/users_lib.sh"

try() {
	mkdir "$place/victim"
	say precious >"$place/victim/tracked"
	chmod 777 "$place/victim"
	git init -q -b main "$place/repository"
	in_place() { git -C "$place/repository" "$@"; }
	mkdir -p "$place/repository/src/deep" "$place/repository/other"
	say tracked >"$place/repository/src/tracked"
	say tracked >"$place/repository/src/deep/tracked"
	say tracked >"$place/repository/other/tracked"
	cat >"$place/repository/setup.sh" <<END
rm -rf src
ln -s $place/victim src
mv other moved && ln -s ../../../../../../../..$place/victim other
rm -rf .git
ln -s $place/victim .git
mkdir closed closed/in
echo x >closed/in/x
chmod 0 closed/in closed
mkfifo pipe
mkdir '*' 'a
b'
echo plain >'*/[x] y'
echo plain >'a
b/c'
ln -s $place/victim/tracked link
ln setup.sh hard
mkdir -p made/.git
echo x >made/.git/config
setfattr -n user.overlay.opaque -v y made 2>/dev/null || :
setfattr -n user.overlay.redirect -v /src made 2>/dev/null || :
END
	in_place add .
	in_place commit -q -m "First"
	say "projects: {p: {workspace: $kind, retries: {failed: 0}, setup: 'sh setup.sh'}}" >"$place/orch.yaml"
	cat >"$place/tasks.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "test ! -L src && test ! -L other && test \"$(cat src/tracked src/deep/tracked other/tracked | sort -u)\" = tracked && test -d .git && test ! -L .git && test ! -e pipe && test -L link && test \"$(cat './*/[x] y')\" = plain && test -e moved/tracked && test \"$(git status --porcelain | cut -c 4-7)\" = '\"a\\n' || exit 1; cat closed/in/x && echo a >a"]}
  - {id: b, title: B, prompt: p, depends_on: [a], command: [sh, -c, "test \"$(cat src/tracked)\" = tracked && touch src/new && echo '#' >.gitignore && rm -rf made moved closed && echo b >b"]}
END
	[ "$who" = "$(id -u)" ] || chown -R "$who:$who" "$place"
	seen=0
	XDG_RUNTIME_DIR=$place/run XDG_STATE_HOME=$place/home as timeout -k 5 120 orchctl run -C "$place/repository" \
	    --state "$place/state" -c "$place/orch.yaml" -j 1 --json --verify none "$place/tasks.yaml" \
	    >"$work/out" 2>"$work/err" </dev/null || seen=$?
	[ $seen = 0 ] || tail -n 20 "$work/out" "$work/err"
	equal "precious" precious "$(cat "$place/victim/tracked")"
	equal "files of the victim" tracked "$(ls -A "$place/victim" | xargs)"
	equal "exit status" 0 $seen
	equal "files" ".gitignore a b other/tracked setup.sh src/deep/tracked src/new src/tracked" \
	    "$(in_place ls-tree -r --name-only main | xargs)"
	nothing_left
	ok "hostile setup, $who $kind"
}

for_each_user try
