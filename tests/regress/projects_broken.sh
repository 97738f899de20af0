#!/bin/sh
# A project whose repository cannot be opened, and one whose upstream takes nothing, do not
# stop the others: their tasks land, and the broken one's go on when it is mended.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/projects_lib.sh"

configuration 2
project gone
project full
project good
mv "$work/gone.git" "$work/away.git"
start_service
printf '%s\n' '#!/bin/sh' 'echo "no room here" >&2' 'exit 1' >"$work/full.git/hooks/pre-receive"
chmod +x "$work/full.git/hooks/pre-receive"
for name in gone full good; do
	ctl 0 add -p $name --id $name --title "$name" -- sh -c "echo 1 >one"
done
ctl 0 wait good
equal "in good" "First good " "$(subjects good)"
ok "the good one lands"

waits_to_land() { ask status -p full | grep -q '^stalled.*no room here'; }
wait_until 30 waits_to_land || fail "full does not say why: $(ask status -p full)"
ctl 0 status
grep -Eq '^not open +.*gone.git' "$work/out" || fail "gone does not say why: $(cat "$work/out")"
ctl 0 show gone
has "$work/out" "project gone to be opened"
ask events -p gone | grep -q "cannot be opened" || fail "no event: $(ask events -p gone)"
ctl 0 prune --keep 0s
has "$work/out" "project gone is not open: its attempts stay"
ok "the others say what is wrong with them"

mv "$work/away.git" "$work/gone.git"
rm "$work/full.git/hooks/pre-receive"
ctl 0 wait
equal "in gone" "First gone " "$(subjects gone)"
equal "in full" "First full " "$(subjects full)"
stop_service
nothing_left
ok "mended, they go on"
