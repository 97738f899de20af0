#!/bin/sh
# Does anything grow with the line? A gate that does not end, and 1,000 results behind it
# (COUNT=N): what the status takes then and what orchd and orch-commitd have in memory,
# against the same with one; and what landing one takes while 1,000 others wait behind a
# gap, against none (tests/bench/landing.c).
. "$(dirname "$0")/../regress/lib.sh"
count=${COUNT:-1000}

sh "$replay/many_files.sh" "$work/repository" 5000
cat >"$work/orch.yaml" <<END
version: 1
slots: 4
state: $state
runtime: $work/run/orch
projects:
  p: {upstream: $work/repository, branch: main, verify: 'test -e "\$HOME/agent" || exec sleep 3600'}
END
"$build/bin/orchd" -c "$work/orch.yaml" 2>"$work/log" &
orchd=$!
children=$orchd
ctl() { orchctl "$@" --socket "$work/run/orch/orchd.sock"; }
ready() { ctl status >/dev/null 2>&1; }
wait_until 60 ready || fail "orchd does not start: $(cat "$work/log")"

# add FIRST LAST
add() {
	awk -v first="$1" -v last="$2" 'BEGIN {
		print "tasks:"
		for (i = first; i <= last; i++)
			printf "  - {id: t%d, title: T, prompt: p, command: [sh, -c, \"echo %d >new-%d; touch $HOME/agent\"]}\n", i, i, i
	}' >"$work/tasks.yaml"
	ctl add -f "$work/tasks.yaml" >/dev/null
}
waiting() { [ "$(ctl list --json | grep -o '"state": *"\(LANDING\|VERIFYING\)"' | wc -l)" = "$1" ]; }
# figures: sets $status_ms, $orchd_mib and $commitd_mib.
figures() {
	begin=$(date +%s%N)
	for i in 1 2 3 4 5 6 7 8 9 10; do
		ctl status >/dev/null
	done
	status_ms=$(awk -v ns=$(($(date +%s%N) - begin)) 'BEGIN { printf "%.2f", ns / 1e7 }')
	orchd_mib=$(awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$orchd/status")
	commitd=$(pids_of orch-commitd | head -n 1)
	commitd_mib=$(awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$commitd/status")
}

add 1 1
wait_until 60 waiting 1
figures
one="$status_ms $orchd_mib $commitd_mib"
add 2 "$count"
wait_until 1200 waiting "$count"
figures
say "$one $status_ms $orchd_mib $commitd_mib" | awk -v count="$count" '{
	printf "bench line-1-status %s ms\nbench line-%d-status %s ms\n", $1, count, $4
	printf "bench line-1-orchd-memory %s MiB\nbench line-%d-orchd-memory %s MiB\n", $2, count, $5
	printf "bench line-1-commitd-memory %s MiB\nbench line-%d-commitd-memory %s MiB\n", $3, count, $6
	printf "bench line-%d-status-vs-1 %.2f x\n", count, $4 / $1
}'
kill -TERM "$orchd"
wait "$orchd" || :
children=

folder=$work/landing
mkdir "$folder"
sh "$replay/many_files.sh" "$folder/bare" 5000
git clone -q "$folder/bare" "$folder/up"
awk -v count=$((count + 40)) -v main="$(git -C "$folder/bare" rev-parse main)" 'BEGIN {
	for (i = 1; i <= count; i++)
		printf "commit refs/work/%d\ncommitter B <b@example.org> 1700000001 +0000\ndata 1\nc\nfrom %s\nM 100644 inline new/%d\ndata 4\nnew\n\n", i, main, i
}' | git -C "$folder/bare" fast-import --quiet
"$build/tests/bench/landing" line "$folder" $((count + 40)) >"$work/log" 2>&1 || { cat "$work/log"; fail "landing"; }
sed -n 's/^alone \(.*\) behind \(.*\)/\1 \2/p' "$work/log" | awk -v count="$count" '{
	printf "bench line-landing-alone %s ms\nbench line-landing-before-%d %s ms\n", $1, count, $2
	printf "bench line-landing-before-%d-vs-alone %.2f x\n", count, $2 / $1
}'
