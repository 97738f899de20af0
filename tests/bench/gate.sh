#!/bin/sh
# How fast candidates are proved: 32 tasks whose gate takes one second, four gates at
# once, from the first gate to the last landing; against the 8 seconds that the gates
# alone take. Then the same with three among them that are green alone and red together
# with the first: they are out, alone; everything that landed is verified again, commit
# by commit, and stands in the order of its tickets.
. "$(dirname "$0")/../regress/lib.sh"
count=${TASKS:-32}
slots=4
verify='sleep 1; test ! -e good-1 || ! ls | grep -q bad'

cat >"$work/orch.yaml" <<END
version: 1
projects:
  p: {verify_slots: $slots, retries: {rework: 0}}
END

# tasks BAD...: the numbers of those that are bad.
tasks() {
	say "tasks:"
	i=1
	while [ $i -le "$count" ]; do
		kind=good
		case " $* " in *" $i "*) kind=bad ;; esac
		say "  - {id: t$i, title: T $i, prompt: p, command: [sh, -c, 'echo $i >$kind-$i']}"
		i=$((i + 1))
	done
}

# run STATUS NAME BAD...: sets $took, in seconds.
run() {
	status=$1 name=$2
	shift 2
	new_repository "$work/$name"
	tasks "$@" >"$work/tasks.yaml"
	expect "$status" orchctl run -C "$work/$name" -c "$work/orch.yaml" --state "$work/$name.state" \
	    -j 8 --order plan --verify "$verify" --json "$work/tasks.yaml"
	took=$(sed -n 's/^{"event":"\([a-z.]*\)","time":\([0-9.]*\),.*/\1 \2/p' "$work/out" | awk '
	    $1 == "task.verify" && !first { first = $2 }
	    $1 == "task.complete" { last = $2 }
	    END { printf "%.2f", last - first }')
	git -C "$work/$name" log --reverse --format=%B main | sed -n 's/^Orch-Ticket: //p' >"$work/landed"
	sort -n "$work/landed" | cmp -s - "$work/landed" || fail "not in the order of the tickets"
	equal "landed" $((count - $#)) "$(wc -l <"$work/landed")"
}

# Is every commit's own tree green?
check_commits() {
	git clone -q "$work/$1" "$work/$1.check"
	for commit in $(git -C "$work/$1.check" rev-list --reverse main); do
		git -C "$work/$1.check" checkout -q "$commit"
		(cd "$work/$1.check" && sh -c "${verify#sleep 1; }") || fail "$commit is red"
	done
}

run 0 good
check_commits good
good=$took
run 1 bad 7 16 25
check_commits bad
for i in 7 16 25; do
	! grep -qx $i "$work/landed" || fail "t$i has landed"
done
awk -v good="$good" -v bad="$took" -v count="$count" -v slots=$slots 'BEGIN {
	ideal = count / slots
	printf "bench gate-32-good %.2f s\n", good
	printf "bench gate-32-good-vs-gates-alone %.2f x\n", good / ideal
	printf "bench gate-32-three-bad %.2f s\n", bad
	printf "bench gate-32-three-bad-vs-gates-alone %.2f x\n", bad / ideal
}'
