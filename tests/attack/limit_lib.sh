# What the scripts share in which an agent takes more of the machine than it may: as root
# and as a user without any right, beside a neighbour that works on. The agent's script is
# on standard input; `limited WORD` says which outcome it must have. A limit of its kind is
# small here.
. "$(dirname "$0")/users_lib.sh"

cat >"$work/agent"
limits="timeout: 50s, memory: 400M, processes: 300, disk: 300M, entries: 20000, cpu: 30s, print: 50M"

once() {
	new_repository "$place/repository"
	cat >"$place/orch.yaml" <<-END
	projects:
	  run: {verify: none, retries: {failed: 0}, limits: {$limits}}
	END
	cat >"$place/tasks.yaml" <<-END
	tasks:
	  - id: bad
	    command: [sh]
	    prompt: |
	$(sed 's/^/      /' "$work/agent")
	  - id: neighbour
	    command: [sh]
	    prompt: |
	      i=0
	      while [ \$i -lt 20 ]; do echo line \$i >>neighbour.txt; sh -c : || exit 1; sleep 0.1; i=\$((i + 1)); done
	END
	[ "$who" = "$(id -u)" ] || chown -R "$who:$who" "$place"
	status=0
	as env -C "$place/repository" XDG_RUNTIME_DIR="$place/run" timeout -k 5 100 orchctl run \
	    -c "$place/orch.yaml" --state "$place/state" -j 2 --json "$place/tasks.yaml" \
	    >"$place/out" 2>"$place/err" </dev/null || status=$?
	[ $status = 1 ] || { cat "$place/out" "$place/err"; fail "as $who: exit status $status"; }
	grep -q "\"event\":\"task.blocked\".*\"task\":\"bad\".*\"reason\":\"$1[:\"]" "$place/out" ||
	    { cat "$place/out"; fail "as $who: it did not end as $1"; }
	equal "the neighbour" 20 "$(as git -C "$place/repository" show main:neighbour.txt | wc -l)"
	nothing_left
	rm -rf "$place"
	ok "as $who: $1"
}

limited() {
	kinds=auto
	for_each_user once "$1"
}
