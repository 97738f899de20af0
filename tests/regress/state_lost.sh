#!/bin/sh
# The supervisor's database is lost, or an old one comes back, and commitd's repository
# stays: its line has passed numbers that nobody knows any more. They are not drawn again,
# those that were drawn before it could be known are changed, and no task is COMPLETE for
# a commit that another one made, whatever its name.
. "$(dirname "$0")/lib.sh"

limit_seconds=30
subjects() { git -C "$1" log --reverse --format=%s main | sed 1d | xargs; }

cat >"$work/before.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}
  - {id: b, title: B, prompt: p, command: [sh, -c, "echo b >b"]}
  - {id: c, title: C, prompt: p, command: [sh, -c, "echo c >c"]}
END
# The same names for something else, others, and one that has to stay behind another.
cat >"$work/after.yaml" <<'END'
tasks:
  - {id: b, title: New b, prompt: p, command: [sh, -c, "echo new >new-b"]}
  - {id: d, title: D, prompt: p, depends_on: [b], command: [sh, -c, "cat new-b >d"]}
  - {id: a, title: New a, prompt: p, depends_on: [d], command: [sh, -c, "echo new >new-a"]}
  - {id: e, title: E, prompt: p, depends_on: [a], command: [sh, -c, "cat new-a >e"]}
END
for order in completion plan; do
	rm -rf "$work/repository"
	new_repository "$work/repository"
	state=$work/state-$order
	orch 0 -j 1 --order $order --verify none "$work/before.yaml"
	rm -f "$state/orch.db"*
	orch 0 -j 1 --order $order --verify none --json "$work/after.yaml"
	equal "landed" "A B C New b D New a E" "$(subjects "$work/repository")"
	has "$work/err" "why=the line has passed"
	for commit in $(grep -o '"task.complete".*"commit":"[0-9a-f]*' "$work/out" | sed 's/.*"//'); do
		in_repository log --format=%s -1 "$commit"
	done | xargs >"$work/told"
	equal "told" "New b D New a E" "$(cat "$work/told")"
	# And from there on as ever.
	orch 0 -j 1 --order $order --verify none --json "$work/after.yaml"
	ok "lost ($order)"
done

# An old one: w waits for an answer there, and its number went to x since.
rm -rf "$work/repository"
new_repository "$work/repository"
state=$work/state-old
service_configuration
say 'tasks: [{id: w, title: W, prompt: p, requires_approval: [land], command: [sh, -c, "echo w >w"]}]' >"$work/w.yaml"
say 'tasks: [{id: x, title: X, prompt: p, command: [sh, -c, "echo x >x"]}]' >"$work/x.yaml"
start_service
ctl 0 add "$work/w.yaml"
ctl 1 wait
stop_service
mkdir "$work/old"
cp "$state"/orch.db* "$work/old"
start_service
ctl 0 add "$work/x.yaml"
ctl 0 wait x
stop_service
rm -f "$state/orch.db"*
cp "$work/old"/* "$state"
# The answer comes while the project cannot be opened.
mv "$work/up.git" "$work/away.git"
start_service
ctl 0 approve w
mv "$work/away.git" "$work/up.git"
ctl 0 wait w
equal "landed" "X W" "$(subjects "$work/up.git")"
has "$work/log" "why=the line has passed"
stop_service
nothing_left
ok "an old one"
