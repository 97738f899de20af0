# What night.sh is made of: its tasks and the questions that its events are asked. Sourced.
#
# Each task has a kind; from it follow what its agent does and how it must end. The tasks go
# into $work/tasks.yaml, a line "ID PROJECT KIND END SCOPE DEPENDENCIES" each into $work/expected:
# END is COMPLETE or BLOCKED, SCOPE and DEPENDENCIES (commas) are - where there are none.

# The kinds that another task may wait for, and the scripts of all: sh, as the prompt.
make_tasks() {
	awk -v count="$1" -v seed="$2" -v tasks="$work/tasks.yaml" -v expected="$work/expected" '
	function random(below) { return int(rand() * below) }
	function line(text) { printf "      %s\n", text >tasks }
	# What each kind of agent does; its own file is the result.
	function script(kind, id) {
		if (kind == "flaky") line("[ $ORCH_ATTEMPT -gt 1 ] || exit 1")
		if (kind == "broken") line("echo it is broken; exit 1")
		if (kind == "limited") {
			line("[ $ORCH_ATTEMPT -gt 1 ] || { echo \"usage limit reached, resets at $(($(date +%s) + 2))\"; exit 1; }")
		}
		if (kind == "later") line("[ $ORCH_ATTEMPT -gt 1 ] || exit 75")
		if (kind == "refuses") { line("echo there is no licence for that; exit 77") }
		if (kind == "nothing" || kind == "optional") { line("exit 0") }
		if (kind == "finds") line("orchctl discover --files \"found/**\" --prompt \"mkdir -p found; echo y >found/y\" \"Found by many\"")
		if (kind == "asks") {
			line("orchctl ask \"Which colour for " id "?\" >/tmp/answer || exit 75")
			line("grep -q blue /tmp/answer || exit 77")
		}
		if (kind == "red") line("if [ $ORCH_ATTEMPT = 1 ]; then mkdir -p own; echo red >own/" id "; exit 0; fi")
		if (kind == "shared") {
			line("[ -e line ] || exit 1")
			line("{ echo " id "; grep -v \"^[<=>|]\\{7\\}\" line | grep -vx " id "; } >line.new; mv line.new line")
			return
		}
		if (kind == "group") { line("mkdir -p " folder "; date +%s%N >" folder "/" id); return }
		if (kind == "crash") line("[ $ORCH_ATTEMPT -gt 1 ] || kill -9 $$")
		line("mkdir -p own; echo " id " >own/" id)
	}
	BEGIN {
		srand(seed)
		print "tasks:" >tasks
		kinds = split("plain plain plain plain plain plain plain plain plain plain group group group group " \
		    "group flaky flaky crash later limited shared shared finds start land refused asks broken refuses nothing " \
		    "optional red", kind_of, " ")
		split("a a a b c c", project_of, " ")
		for (i = 1; i <= count; i++) {
			id = "t" i
			kind = kind_of[i <= kinds ? i : 1 + random(kinds)]
			project = project_of[1 + random(6)]
			if (kind == "red" || kind == "refused")
				project = "c"	# where there is a gate, and where a person is asked
			if (project == "a" && (kind == "start" || kind == "land"))
				project = "b"
			folder = "group-" random(6)
			end = kind ~ /^(broken|refuses|nothing|refused)$/ ? "BLOCKED" : "COMPLETE"
			scope = kind == "group" ? folder "/**" : kind ~ /^(plain|flaky|later|asks)$/ ? "own/" id : "-"
			printf "  - id: %s\n    project: %s\n    title: %s of kind %s\n", id, project, id, kind >tasks
			printf "    agent: %s\n    priority: %d\n", kind == "limited" ? "paid" : "plain", random(3) >tasks
			if (scope != "-") printf "    files: [\"%s\"]\n", scope >tasks
			if (kind == "optional") print "    diff: optional" >tasks
			if (kind == "start" || kind == "refused") print "    requires_approval: [start]" >tasks
			if (kind == "land") print "    requires_approval: [land]" >tasks
			depends = ""
			wanted = random(4) - 1
			for (k = 0; k < wanted && goods > 0; k++) {
				one = good[1 + random(goods)]
				if (index("," depends ",", "," one ",") == 0)
					depends = depends (depends == "" ? "" : ",") one
			}
			if (depends != "") printf "    depends_on: [%s]\n", depends >tasks
			print "    prompt: |" >tasks
			script(kind, id)
			if (end == "COMPLETE") good[++goods] = id
			print id, project, kind, end, scope, depends == "" ? "-" : depends >expected
		}
	}'
}

# none WHAT SQL: the query on the database of the night, with the table expected, has no row.
none() {
	sqlite3 "$work/night.db" "$2" >"$work/rows" || fail "$1: the query is wrong"
	[ ! -s "$work/rows" ] || { head -n 10 "$work/rows"; fail "$1"; }
	ok "never: $1"
}

# some WHAT SQL: it has a row, or the rule about it would hold for nothing.
some() {
	[ -n "$(sqlite3 "$work/night.db" "$2")" ] || fail "never: $1"
	ok "there was: $1"
}

# The rules of scheduling, each as a query for what breaks it, on what the service kept.
check_night() {
	sqlite3 "$state/orch.db" ".backup '$work/night.db'"
	tr ' ' '|' <"$work/expected" >"$work/expected.bar"
	sqlite3 "$work/night.db" "CREATE TABLE expected (id, project, kind, ends, scope, depends);" \
	    ".import '$work/expected.bar' expected" \
	    "CREATE TABLE span AS SELECT e.task, e.attempt, min(e.id) AS first, e.slot,
	        (SELECT min(x.id) FROM events x WHERE x.task = e.task AND x.id > e.id AND x.event <> 'task.progress' AND
	        x.event NOT IN ('task.discover', 'task.scope', 'task.question', 'task.usage')) AS last
	        FROM events e WHERE e.event = 'task.start' GROUP BY e.task, e.attempt;" \
	    "CREATE TABLE final AS SELECT task, max(id) AS id FROM events
	        WHERE event IN ('task.complete', 'task.blocked', 'task.cancelled') GROUP BY task;" \
	    "CREATE TABLE lease AS SELECT s.task, min(s.first) AS first, f.id AS last, e.project, e.scope
	        FROM span s JOIN final f ON f.task = s.task JOIN expected e ON e.id = s.task
	        WHERE e.scope <> '-' GROUP BY s.task;" \
	    "CREATE INDEX lease_scope ON lease(project, scope);" ||
	    fail "the database of the night cannot be read"
	some "a halt and its end" "SELECT 1 FROM events h JOIN events r ON r.id > h.id WHERE h.event = 'mode.halted' AND r.event = 'mode.normal' LIMIT 1;"
	some "rework" "SELECT 1 FROM events WHERE event = 'task.rework' LIMIT 1;"
	some "a later" "SELECT 1 FROM events WHERE event = 'task.later' LIMIT 1;"
	some "a question" "SELECT 1 FROM events WHERE event = 'task.question' LIMIT 1;"
	some "a usage limit" "SELECT 1 FROM attempts WHERE outcome = 'rate_limited' LIMIT 1;"
	some "a retry" "SELECT 1 FROM attempts WHERE outcome = 'failed' AND number = 1 LIMIT 1;"
	some "a dependency" "SELECT 1 FROM expected WHERE depends <> '-' LIMIT 1;"
	some "a lease that others waited for" "SELECT 1 FROM lease GROUP BY project, scope HAVING count(*) > 1 LIMIT 1;"
	none "a task starts before what it depends on is complete" \
	    "SELECT e.id, s.first, d.task, d.id FROM expected e JOIN span s ON s.task = e.id
	     JOIN events d ON d.event = 'task.complete' AND instr(',' || e.depends || ',', ',' || d.task || ',') > 0
	     WHERE s.first < d.id;"
	none "two tasks that write the same hold their leases at one time" \
	    "SELECT a.task, b.task FROM lease a JOIN lease b ON a.project = b.project AND a.scope = b.scope
	     AND a.task < b.task AND a.first < b.last AND b.first < a.last;"
	none "two attempts in one slot at one time" \
	    "SELECT a.task, b.task FROM span a JOIN span b ON a.slot = b.slot AND a.first < b.first AND b.first < a.last;"
	none "an attempt begins twice" \
	    "SELECT task, attempt FROM events WHERE event = 'task.start' GROUP BY task, attempt HAVING count(*) > 1;"
	none "a task completes twice" \
	    "SELECT task FROM events WHERE event = 'task.complete' GROUP BY task HAVING count(*) > 1;"
	none "something starts while all is halted" \
	    "SELECT e.task FROM events e JOIN events h ON h.event = 'mode.halted' JOIN events r ON r.id =
	     (SELECT min(id) FROM events WHERE event = 'mode.normal' AND id > h.id)
	     WHERE e.event = 'task.start' AND e.id > h.id AND e.id < r.id;"
	none "a task is blocked without a reason" \
	    "SELECT task FROM events WHERE event = 'task.blocked' AND coalesce(reason, '') = '';"
	none "what was to be asked for starts without a yes" \
	    "SELECT e.id FROM expected e JOIN span s ON s.task = e.id WHERE e.kind = 'start' AND NOT EXISTS
	     (SELECT 1 FROM events a WHERE a.task = e.id AND a.event = 'task.approved' AND a.id < s.first);"
	none "what was refused has started" \
	    "SELECT e.id FROM expected e JOIN span s ON s.task = e.id WHERE e.kind = 'refused';"
	none "more attempts failed than the bound" \
	    "SELECT task FROM attempts WHERE outcome = 'failed' GROUP BY task HAVING count(*) > 3;"
	for project in a b c; do
		landed=$(git -C "$work/$project.git" log --format='%(trailers:key=Orch-Ticket,valueonly,separator=)' main | grep -c . || :)
		wanted=$(sqlite3 "$work/night.db" "SELECT count(*) FROM expected WHERE project = '$project' AND ends = 'COMPLETE' AND kind <> 'optional';")
		found=$(git -C "$work/$project.git" log --format='%(trailers:key=Orch-Task,valueonly,separator=)' main | grep -c '^found-' || :)
		equal "commits that landed in $project" "$((wanted + found))" "$landed"
		git -C "$work/$project.git" log --reverse --format='%(trailers:key=Orch-Ticket,valueonly,separator=)' main | grep . >"$work/tickets" || :
		sort -nc "$work/tickets" || fail "tickets of $project did not land in order"
		[ "$(sort -u "$work/tickets" | wc -l)" = "$landed" ] || fail "a ticket of $project landed twice"
		git -C "$work/$project.git" fsck --strict >"$work/fsck" 2>&1 || { cat "$work/fsck"; fail "the repository of $project is damaged"; }
	done
	ok "each project has its commits once, in the order of their tickets"
}
