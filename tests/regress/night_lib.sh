# The tasks of night.sh. Sourced.
#
# Each task has a kind; from it follow what its agent does and how it must end. The tasks go
# into $work/tasks.yaml, a line "ID PROJECT KIND END SCOPE DEPENDENCIES AGENT" each into
# $work/expected: END is COMPLETE or BLOCKED, SCOPE and DEPENDENCIES (commas) are - where there
# are none. The first are of the kind share, twice as many of project a as of b and of c: all
# can start at once and before the others, so that it shows how slots are shared. Behind them
# is one of the kind halted, which runs until a halt stops it, and three that clash.

# make_tasks COUNT SEED
make_tasks() {
	awk -v count="$1" -v seed="$2" -v tasks="$work/tasks.yaml" -v expected="$work/expected" '
	function random(below) { return int(rand() * below) }
	function line(text) { printf "      %s\n", text >tasks }
	# What each kind of agent does; its own file is the result.
	function script(kind, id) {
		if (kind == "flaky") line("[ $ORCH_ATTEMPT -gt 1 ] || exit 1")
		if (kind == "broken") line("echo it is broken; exit 1")
		if (kind == "slow") line("sleep 600")
		if (kind == "halted") line("[ $ORCH_ATTEMPT -gt 1 ] || sleep 600")
		if (kind == "limited") {
			line("[ $ORCH_ATTEMPT -gt 1 ] || { echo \"usage limit reached, resets at $(($(date +%s) + 4))\"; exit 1; }")
		}
		if (kind == "later") line("[ $ORCH_ATTEMPT -gt 1 ] || exit 75")
		if (kind == "refuses") { line("echo there is no licence for that; exit 77") }
		if (kind == "nothing" || kind == "optional") { line("exit 0") }
		if (kind == "greedy") {
			line("for n in 1 2 3 4 5; do")
			line("orchctl discover --files \"found/" id "-$n\" --prompt \"mkdir -p found; echo y >found/" id "-$n\" \"Number $n of " id "\" || :")
			line("done")
		}
		if (kind == "finds") line("orchctl discover --files \"found/**\" --prompt \"mkdir -p found; echo y >found/y\" \"Found by many\"")
		if (kind == "asks") {
			line("orchctl ask \"Which colour for " id "?\" >/tmp/answer || exit 75")
			line("grep -q blue /tmp/answer || exit 77")
		}
		if (kind == "red") line("if [ $ORCH_ATTEMPT = 1 ]; then mkdir -p own; echo red >own/" id "; exit 0; fi")
		if (kind == "clash") line("sleep 1.5")
		if (kind == "shared" || kind == "clash") {
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
		    "optional red slow greedy metered metered", kind_of, " ")
		split("a a a b c c", project_of, " ")
		split("a b a c", sharer, " ")
		shares = int(count * 0.24)
		for (i = 1; i <= count; i++) {
			id = "t" i
			kind = i <= shares ? "share" : kind_of[i > shares + 4 && i <= shares + 4 + kinds ? i - shares - 4 : 1 + random(kinds)]
			project = i <= shares ? sharer[1 + i % 4] : project_of[1 + random(6)]
			if (i == shares + 1)
				kind = "halted"
			if (i > shares + 1 && i < shares + 5) {
				kind = "clash"
				project = "a"
			}
			if (kind == "limited" && ++limits > 5)
				kind = "paid"	# the night would be long
			if (kind ~ /^(red|refused|halted)$/)
				project = "c"	# where there is a gate, and where a person is asked
			if (project == "a" && (kind == "start" || kind == "land"))
				project = "b"
			folder = "group-" random(6)
			end = kind ~ /^(broken|refuses|nothing|refused|slow)$/ ? "BLOCKED" : "COMPLETE"
			scope = kind == "group" ? folder "/**" : kind ~ /^(share|plain|flaky|later|asks|metered|paid|halted)$/ ? "own/" id : "-"
			printf "  - id: %s\n    project: %s\n    title: %s of kind %s\n", id, project, id, kind >tasks
			agent = kind ~ /limited|paid/ ? "paid" : kind == "metered" ? "metered" : "plain"
			printf "    agent: %s\n    priority: %d\n", agent, kind ~ /^(share|halted|clash)$/ ? 0 : 1 + random(2) >tasks
			if (kind == "slow") print "    timeout: 1s" >tasks
			if (scope != "-") printf "    files: [\"%s\"]\n", scope >tasks
			if (kind == "optional") print "    diff: optional" >tasks
			if (kind == "start" || kind == "refused") print "    requires_approval: [start]" >tasks
			if (kind == "land") print "    requires_approval: [land]" >tasks
			depends = ""
			wanted = kind ~ /^(share|halted|clash)$/ ? 0 : random(4) - 1
			for (k = 0; k < wanted && goods > 0; k++) {
				one = good[1 + random(goods)]
				if (index("," depends ",", "," one ",") == 0)
					depends = depends (depends == "" ? "" : ",") one
			}
			if (depends != "") printf "    depends_on: [%s]\n", depends >tasks
			print "    prompt: |" >tasks
			script(kind, id)
			if (end == "COMPLETE") good[++goods] = id
			print id, project, kind, end, scope, depends == "" ? "-" : depends, agent >expected
		}
	}'
}
