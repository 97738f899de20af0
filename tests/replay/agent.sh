# The agent of a replayed commit; its text becomes part of each task. Applies
# the patch from its prompt after DELAY seconds, then gives the commit the
# author, date and message that came beside it, byte for byte. Exit 75 when the
# patch does not apply yet, which is so as well when a mode is not yet as it was. What
# an attempt after a conflict begins with is of no use to it.
# A step that is killed ends it: half of a message must not become a commit.
set -e
cat >"$TMPDIR/patch"
sleep "$DELAY"
git reset -q --hard
git clean -qfdx
not_yet() {
	git am --abort >/dev/null 2>&1 || :
	tail -n 3 "$TMPDIR/log"
	exit 75
}
git am -k --keep-cr "$TMPDIR/patch" >"$TMPDIR/log" 2>&1 || not_yet
if grep -q "has type" "$TMPDIR/log" && grep -Eq "^(old|deleted file) mode " "$TMPDIR/patch"; then
	git reset -q --hard HEAD^
	not_yet
fi
printf %s "$MESSAGE" >"$TMPDIR/message.base64"
base64 -d "$TMPDIR/message.base64" >"$TMPDIR/message"
commit=$(GIT_AUTHOR_NAME=$AUTHOR_NAME GIT_AUTHOR_EMAIL=$AUTHOR_EMAIL GIT_AUTHOR_DATE=$AUTHOR_DATE \
    git commit-tree "HEAD^{tree}" -p HEAD^ <"$TMPDIR/message")
git reset -q --soft "$commit"
