#!/bin/sh
# What lies in a slot's outbox is handed over only when it is a plain file: no link, not
# even to the same bytes, no FIFO that nobody writes to, no folder, no socket. The task is
# BLOCKED then with the reason, and nothing of it lands.
. "$(dirname "$0")/lib.sh"

cat >"$work/orch.yaml" <<'END'
projects:
  p: {verify: none, hand_over: pack, workspace: checkout}
END
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: t, title: T, prompt: p, command: [sh, -c, ": >ready; until [ -e go ]; do sleep 0.1; done; rm ready; mv go gone"]}
END
begun() {
	tree=$(find "$state/slots" -name ready 2>/dev/null | head -n 1)
	[ -n "$tree" ]
}
refused() { grep -q "result refused: .*quarantine" "$work/err"; }

for kind in link fifo folder socket; do
	rm -rf "$work/repository"
	new_repository "$work/repository"
	state=$work/state-$kind
	timeout 60 orchctl run -C "$work/repository" --state "$state" -c "$work/orch.yaml" --json "$work/tasks.yaml" \
	    >"$work/out" 2>"$work/err" </dev/null &
	children=$!
	wait_until 20 begun || fail "no attempt"
	# The machine cannot take it in for now: time to put something else there.
	quarantine=$(ls -d "$state"/projects/*/quarantine)
	mv "$quarantine" "$quarantine.kept"
	say file >"$quarantine"
	say go >"${tree%/*}/go"
	wait_until 20 refused || fail "it was taken in"
	outbox=$state/slots/0/outbox
	mv "$outbox/pack" "$work/pack-$kind"
	case $kind in
	link)	ln -s "$work/pack-$kind" "$outbox/pack" ;;
	fifo)	mkfifo "$outbox/pack" ;;
	folder)	mkdir "$outbox/pack" ;;
	socket)	perl -MSocket -e 'chdir shift; socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un("pack")) or die' "$outbox" ;;
	esac
	rm "$quarantine"
	mv "$quarantine.kept" "$quarantine"
	status=0
	wait $children || status=$?
	children=
	equal "$kind: the end" 1 "$status"
	has "$work/out" "the worker left no result in its outbox"
	equal "$kind: what landed" "" "$(in_repository ls-tree --name-only main gone)"
	ok "an outbox that is a $kind"
done
nothing_left
