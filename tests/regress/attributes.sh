#!/bin/sh
# When a .gitattributes comes, changes or goes, files that nobody touched look
# different in a checkout. Workspaces and gates see them as a fresh checkout has
# them, by overlay and by checkout, and Git there finds nothing changed.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cd "$work/repository"
mkdir -p ./-early sub/deep other
for name in -early/e sub/b sub/deep/c sub.x other/d; do
	say "text of $name" >"./$name.txt"
done
ln -s first.txt link.txt
git add .
git update-index --add --cacheinfo "160000,$(git rev-parse HEAD),module.txt"
git commit -q -m "Files"
git tag start

mkdir "$work/tools"
# crlf NAMES: exactly these of the files that nobody touches have the other line ends.
cat >"$work/tools/crlf" <<'END'
#!/bin/sh
seen=$(grep -rl --exclude-dir=.git --exclude-dir=new "$(printf '\r')" . | sed 's,^\./,,' | LC_ALL=C sort | xargs)
[ "$seen" = "$*" ] || { echo "with CR: '$seen' instead of '$*'"; exit 1; }
fresh
END
# The work tree is what Git makes of the index, and Git knows that it is.
cat >"$work/tools/fresh" <<'END'
#!/bin/sh
set -e
to=$(mktemp -d)
git checkout-index -a --prefix="$to/"
diff -r --no-dereference --exclude=.git . "$to"
rm -rf "$to"
changed=$(git diff --name-only)
[ -z "$changed" ] || { echo "changed for Git: $changed"; exit 1; }
END
# Without attributes Git would take the line ends that are there for a change.
cat >"$work/tools/plain" <<'END'
#!/bin/sh
find . -name .git -prune -o -type f -name '*.txt' -exec sed -i "s/$(printf '\r')\$//" {} +
END
# In a slot for gates; that of an agent has the files from before its own change.
cat >"$work/tools/prove" <<'END'
#!/bin/sh
case $ORCH_SLOT in v*) fresh ;; esac
END
chmod +x "$work/tools/"*
PATH=$work/tools:$PATH

cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: t1, title: All, prompt: p, command: [sh, -ec, "crlf; echo '*.txt eol=crlf' >.gitattributes"]}
  - {id: t2, title: Not in sub, prompt: p, depends_on: [t1], command: [sh, -ec, "crlf -early/e.txt first.txt other/d.txt sub.x.txt sub/b.txt sub/deep/c.txt; echo '*.txt eol=lf' >sub/.gitattributes"]}
  - {id: t3, title: No more, prompt: p, depends_on: [t2], command: [sh, -ec, "crlf -early/e.txt first.txt other/d.txt sub.x.txt; rm .gitattributes; plain"]}
  - {id: t4, title: In sub only, prompt: p, depends_on: [t3], command: [sh, -ec, "crlf; echo '*.txt eol=crlf' >sub/.gitattributes; mkdir new; echo n >new/n.txt; echo '* eol=crlf' >new/.gitattributes"]}
  - {id: t5, title: Nothing of it, prompt: p, depends_on: [t4], command: [sh, -ec, "crlf sub/b.txt sub/deep/c.txt; echo 5 >five"]}
  - {id: t6, title: Another folder, prompt: p, depends_on: [t5], command: [sh, -ec, "crlf sub/b.txt sub/deep/c.txt; git mv sub/.gitattributes other; plain; echo 6 >sub/deep/c.txt; git add -A"]}
  - {id: t7, title: None, prompt: p, depends_on: [t6], command: [sh, -ec, "crlf other/d.txt; rm other/.gitattributes; rm -r new; plain"]}
  - {id: t8, title: Clean, prompt: p, depends_on: [t7], command: [sh, -ec, "crlf; echo 8 >eight"]}
END
for kind in overlay checkout; do
	say "projects: {p: {workspace: $kind, retries: {failed: 0, rework: 0}}}" >"$work/orch.yaml"
	in_repository reset -q --hard start
	state=$work/state-$kind
	orch 0 -c "$work/orch.yaml" -j 1 --verify prove --json "$work/tasks.yaml"
	equal "landed" 8 "$(in_repository rev-list --count start..main)"
	nothing_left
	ok "$kind: files follow the attributes"
done
