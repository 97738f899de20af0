# The rules that the events of night.sh are held to. Sourced.
#
# Each is a query for what breaks it, on what `orchctl events`, `orchctl export`, the database's
# attempts and the branches say. Each is tried twice: on the night as it was there must be no
# row; on the same with one thing changed that breaks the rule there must be one, so that the
# query is known to see it. What a rule is about has to have happened: some.

# $work/night.db, once orchd has ended; $work/events.json and $work/export.json were asked for
# before. expected: what make_tasks has written; landed: the branches, in their order.
read_night() {
	sqlite3 "$state/orch.db" "SELECT t.id, a.number, a.outcome FROM attempts a JOIN tasks t ON t.position = a.task;" >"$work/tried.bar"
	tr ' ' '|' <"$work/expected" >"$work/expected.bar"
	for project in a b c; do
		git -C "$work/$project.git" log --reverse main --format="$project|%(trailers:key=Orch-Task,valueonly,separator=)|%(trailers:key=Orch-Ticket,valueonly,separator=)|%(trailers:key=Orch-Verdict,valueonly,separator=)|%H" |
		    grep -v '^.||' || :
	done >"$work/landed.bar"
	sqlite3 "$work/night.db" >"$work/rows" 2>&1 <<-END || { cat "$work/rows"; fail "the night cannot be read"; }
	CREATE TABLE expected (id, project, kind, ends, scope, depends, agent);
	.import '$work/expected.bar' expected
	CREATE TABLE landed (project, task, ticket INTEGER, verdict, commit_id);
	.import '$work/landed.bar' landed
	CREATE TABLE tried (task, number INTEGER, outcome);
	.import '$work/tried.bar' tried
	CREATE TABLE restart (began REAL, ended REAL);
	.import '$work/restarts' restart
	CREATE TABLE line (json);
	.mode ascii
	.separator "\037" "\n"
	.import '$work/events.json' line
	CREATE TABLE event AS SELECT json ->> 'id' AS id, json ->> 'time' AS time, json ->> 'event' AS event,
	    json ->> 'task' AS task, json ->> 'attempt' AS attempt, json ->> 'commit' AS commit_id,
	    json ->> 'slot' AS slot, json ->> 'reason' AS reason FROM line;
	DELETE FROM line;
	.import '$work/export.json' line
	CREATE TABLE task AS SELECT value ->> '$.spec[0].id' AS id, value ->> '$.spec[0].project' AS project,
	    value ->> '$.spec[0].title' AS title, value ->> '$.spec[0].agent' AS agent,
	    value ->> '$.spec[0].discovered_by' AS finder FROM line, json_each(line.json, '$.tasks');
	CREATE TABLE cap (kind, name, most);
	INSERT INTO cap VALUES ('project', 'b', 2), ('agent', 'metered', 1), ('agent', 'paid', 2);
	CREATE TABLE share (project, least, most);
	INSERT INTO share VALUES ('a', 0.3, 0.7), ('b', 0.08, 0.5), ('c', 0.08, 0.5);
	CREATE TABLE truth (kind, reason, outcome, times);
	INSERT INTO truth VALUES ('broken', 'failed: %: it is broken', 'failed', 3), ('slow', 'timeout: the time limit is reached: %', 'timeout', 2),
	    ('refuses', 'there is no licence for that', 'blocked', 1), ('nothing', 'no_change: %', 'done', 1),
	    ('refused', 'rejected by %: not tonight', NULL, 0);
	CREATE INDEX event_task ON event(task, id);
	CREATE INDEX event_kind ON event(event, id);
	CREATE INDEX landed_task ON landed(task);
	END
}

# What follows from the tables, broken or not. span: an attempt in its slot; lease: what a task
# may write, from its first start to its end; hold: a pause or halt, and of what; limit: an
# agent's usage limit; wait: from a failure to the next start; turn: the starts while each
# project has one of the kind share that can start (b: in the window of plan order), from the
# moment at which each has begun to the first restart.
derived="
CREATE TEMP TABLE span AS SELECT e.task, e.attempt, e.id AS first, e.time, e.slot, t.project, t.agent,
    coalesce((SELECT min(x.id) FROM event x WHERE x.task = e.task AND x.id > e.id AND x.event IN ('task.land', 'task.retry',
    'task.later', 'task.rework', 'task.blocked', 'task.cancelled', 'task.complete', 'task.ask')), 1e9) AS last
    FROM event e JOIN task t ON t.id = e.task WHERE e.event = 'task.start';
CREATE TEMP TABLE lease AS SELECT s.task, min(s.first) AS first, s.project, x.scope, (SELECT max(e.id) FROM event e
    WHERE e.task = s.task AND e.event IN ('task.complete', 'task.blocked', 'task.cancelled')) AS last
    FROM span s JOIN expected x ON x.id = s.task WHERE x.scope <> '-' GROUP BY s.task;
CREATE TEMP TABLE mode AS SELECT id, event, substr(reason, 1, instr(reason, ' by ') - 1) AS what FROM event WHERE event LIKE 'mode.%';
CREATE TEMP TABLE hold AS SELECT m.id AS first, m.event, m.what, coalesce((SELECT min(x.id) FROM mode x WHERE x.id > m.id AND
    x.what = m.what), 1e9) AS last FROM mode m WHERE m.event <> 'mode.normal';
CREATE TEMP TABLE said AS SELECT id, time, substr(reason, 7, instr(reason, ' until ') - 7) AS agent,
    strftime('%s', date(time, 'unixepoch') || ' ' || substr(reason, instr(reason, ' until ') + 7, 8)) + 0 AS until
    FROM event WHERE event = 'agent.paused';
CREATE TEMP TABLE pause AS SELECT id, agent, until + (until < time - 43200) * 86400 AS until FROM said;
CREATE TEMP TABLE wait AS SELECT r.task, r.id, r.time, row_number() OVER (PARTITION BY r.task, r.reason LIKE 'timeout:%' ORDER BY r.id) AS n,
    (SELECT min(s.time) FROM span s WHERE s.task = r.task AND s.first > r.id) AS until
    FROM event r WHERE r.event = 'task.retry' AND (r.reason LIKE 'failed:%' OR r.reason LIKE 'check_failed:%' OR r.reason LIKE 'timeout:%');
CREATE TEMP TABLE sharer AS SELECT x.id, t.project, min(s.first) AS first, (SELECT max(e.id) FROM event e WHERE e.task = x.id AND
    e.event = 'task.complete') AS last, row_number() OVER (PARTITION BY t.project ORDER BY substr(x.id, 2) + 0) AS place
    FROM expected x JOIN task t ON t.id = x.id JOIN span s ON s.task = x.id WHERE x.kind = 'share' GROUP BY x.id;
CREATE TEMP TABLE turn AS SELECT row_number() OVER (ORDER BY s.first) AS n, s.project, s.first, s.time FROM span s WHERE
    s.first > (SELECT max(first) FROM (SELECT min(first) AS first FROM span GROUP BY project)) AND
    s.time < (SELECT min(began) FROM restart) AND
    EXISTS (SELECT 1 FROM sharer h WHERE h.project = 'a' AND h.first >= s.first) AND
    EXISTS (SELECT 1 FROM sharer h WHERE h.project = 'c' AND h.first >= s.first) AND
    EXISTS (SELECT 1 FROM sharer h WHERE h.project = 'b' AND h.first >= s.first AND h.place < 8 +
        (SELECT min(place) FROM sharer k WHERE k.project = 'b' AND k.last > s.first));
CREATE TEMP TABLE used AS SELECT s.project, min((SELECT time FROM event e WHERE e.id = s.last), t.until) - max(s.time, t.began) AS part
    FROM span s JOIN (SELECT min(time) AS began, max(time) AS until FROM turn) t WHERE s.time < t.until AND
    (SELECT time FROM event e WHERE e.id = s.last) > t.began;
"

# rows_of CHANGE SQL: its rows once this was changed; nothing of it stays.
rows_of() {
	printf 'BEGIN;\n%s;\n%s\n%s;\n' "$1" "$derived" "$2" | sqlite3 -bail "$work/night.db" 2>&1
}

# rule WHAT QUERY BREAK: never so in this night; and with that change it would be seen.
rule() {
	rows_of "" "$2" >"$work/rows" || { cat "$work/rows"; fail "$1: the query is wrong"; }
	[ ! -s "$work/rows" ] || { head -n 10 "$work/rows"; fail "$1"; }
	rows_of "$3" "$2" >"$work/rows" || { cat "$work/rows"; fail "$1: what is to break it is wrong"; }
	[ -s "$work/rows" ] || fail "it is not seen when $1"
	ok "never: $1"
}

# some WHAT SQL: it has a row, or the rule about it would hold for nothing.
some() {
	rows_of "" "$2" >"$work/rows" || { cat "$work/rows"; fail "$1: the query is wrong"; }
	[ -s "$work/rows" ] || fail "never: $1"
	ok "there was: $1"
}

# Who starts, when, and beside whom.
check_starts() {
	some "a dependency" "SELECT 1 FROM expected WHERE depends <> '-' LIMIT 1"
	some "a lease that others waited for" "SELECT 1 FROM lease GROUP BY project, scope HAVING count(*) > 1 LIMIT 1"
	some "a project at its cap" "SELECT 1 FROM span s JOIN span o ON o.project = s.project AND o.first <= s.first AND s.first < o.last
	    WHERE s.project = 'b' GROUP BY s.task, s.attempt HAVING count(*) = 2 LIMIT 1"
	some "each agent with a cap" "SELECT 1 FROM span WHERE agent IN ('metered', 'paid') GROUP BY 1 HAVING count(DISTINCT agent) = 2"
	rule "a task starts before what it depends on is complete" \
	    "SELECT e.id, d.id FROM expected e JOIN expected d ON instr(',' || e.depends || ',', ',' || d.id || ',') > 0 JOIN span s
	     ON s.task = e.id WHERE NOT EXISTS (SELECT 1 FROM event c WHERE c.task = d.id AND c.event = 'task.complete' AND c.id < s.first)" \
	    "UPDATE event SET id = 1e6 WHERE event = 'task.complete' AND task = (SELECT substr(depends || ',', 1,
	     instr(depends || ',', ',') - 1) FROM expected WHERE depends <> '-' AND ends = 'COMPLETE' LIMIT 1)"
	rule "two tasks that write the same hold their leases at one time" \
	    "SELECT a.task, b.task FROM lease a JOIN lease b ON a.project = b.project AND a.scope = b.scope AND a.task < b.task AND
	     a.first < b.last AND b.first < a.last" \
	    "UPDATE event SET id = 1 WHERE event = 'task.start' AND task IN (SELECT max(id) FROM expected WHERE scope LIKE 'group%'
	     GROUP BY project, scope HAVING count(*) > 1)"
	rule "two attempts in one slot at one time" \
	    "SELECT a.task, b.task FROM span a JOIN span b ON a.slot = b.slot AND a.first < b.first AND b.first < a.last" \
	    "UPDATE event SET slot = '0' WHERE event = 'task.start'"
	rule "more of a project run at once than may" \
	    "SELECT s.task FROM span s JOIN span o ON o.project = s.project AND o.first <= s.first AND s.first < o.last JOIN cap ON
	     cap.kind = 'project' AND cap.name = s.project GROUP BY s.task, s.attempt HAVING count(*) > cap.most" \
	    "UPDATE event SET id = id + 300 WHERE event = 'task.land' AND task IN (SELECT id FROM task WHERE project = 'b')"
	rule "more of an agent run at once than may" \
	    "SELECT s.task FROM span s JOIN span o ON o.agent = s.agent AND o.first <= s.first AND s.first < o.last JOIN cap ON
	     cap.kind = 'agent' AND cap.name = s.agent GROUP BY s.task, s.attempt HAVING count(*) > cap.most" \
	    "UPDATE event SET id = id + 300 WHERE event = 'task.land' AND task IN (SELECT id FROM task WHERE agent = 'metered')"
	rule "an attempt begins twice, or one is left out" \
	    "SELECT task FROM (SELECT task, attempt, row_number() OVER (PARTITION BY task ORDER BY first) AS n FROM span) WHERE attempt <> n" \
	    "UPDATE event SET attempt = 1 WHERE event = 'task.start' AND attempt = 2"
}

# The shares of the slots between projects, counted by the time that they have one, whatever
# each attempt takes: half for a, a quarter each for b and c, a third each without weights. And
# none starves: while it has no slot at all others catch up with what it had before, in all
# slots at most, and no longer.
check_shares() {
	some "a time in which all projects had something to start" "SELECT count(*) FROM turn GROUP BY 1 > 0 HAVING count(*) >= $((count / 16))"
	rule "a project has another share of the slots than its weight says" \
	    "SELECT h.project, total(u.part) FROM share h LEFT JOIN used u ON u.project = h.project GROUP BY h.project HAVING
	     total(u.part) / (SELECT sum(part) FROM used) NOT BETWEEN h.least AND h.most" \
	    "UPDATE task SET project = 'c' WHERE project = 'a' AND substr(id, 2) % 8 <> 2"
	rule "a project with something to start is passed over for long" \
	    "SELECT project FROM (SELECT h_project AS project, min(first) AS first, max(time) - min(time) AS lasts, count(*) AS starts FROM
	     (SELECT h.project AS h_project, t.time, t.first, t.n - row_number() OVER (PARTITION BY h.project ORDER BY t.n) AS run FROM share h
	     JOIN turn t ON t.project <> h.project WHERE NOT EXISTS (SELECT 1 FROM span s WHERE s.project = h.project AND
	     s.first < t.first AND t.first < s.last)) GROUP BY h_project, run) r WHERE starts > 16 AND lasts >
	     8 * (SELECT max(x.time - s.time) FROM span s JOIN event x ON x.id = s.last WHERE s.project = r.project AND s.last < r.first)" \
	    "CREATE TEMP TABLE since AS SELECT min(e.id) AS id FROM event e JOIN task t ON t.id = e.task AND t.project = 'c' WHERE e.event = 'task.land';
	     UPDATE event SET time = time + id - (SELECT id FROM since) WHERE id > (SELECT id FROM since); UPDATE restart SET began = began + 1e6;
	     UPDATE event SET id = 1e6 WHERE event = 'task.start' AND task IN (SELECT id FROM task WHERE project = 'c') AND id >
	     (SELECT id FROM since)"
}

# Modes, usage limits, budgets, approvals: what a start has to wait for.
check_waits() {
	some "a halt and its end" "SELECT 1 FROM hold WHERE event = 'mode.halted' AND last < 1e9"
	some "a pause of all" "SELECT 1 FROM hold WHERE event = 'mode.paused' AND what = 'all'"
	some "a pause of a project, and starts of others in it" "SELECT 1 FROM hold h JOIN span s ON s.first > h.first AND s.first < h.last
	    WHERE h.what = 'project a' LIMIT 1"
	some "a budget that was used up, and starts after it was renewed" "SELECT 1 FROM hold h JOIN span s ON s.agent = 'metered' AND
	    s.first > h.last WHERE h.what = 'agent metered' LIMIT 1"
	some "a usage limit, and starts of others before its end" "SELECT 1 FROM pause p JOIN span s ON s.agent <> p.agent AND s.first > p.id AND
	    s.time < p.until LIMIT 1"
	for kind in start land found; do
		some "an approval ($kind)" "SELECT 1 FROM event a WHERE a.event = 'task.approved' AND (a.task IN (SELECT id FROM expected
		    WHERE kind = '$kind') OR a.task LIKE '$kind-%') LIMIT 1"
	done
	some "a question that was answered" "SELECT 1 FROM event WHERE event = 'task.answered' LIMIT 1"
	rule "something starts while it is paused or halted" \
	    "SELECT s.task, h.event, h.what FROM span s JOIN hold h ON s.first > h.first AND s.first < h.last AND (h.what = 'all' OR
	     h.what = 'project ' || s.project OR h.what = 'agent ' || s.agent)" \
	    "UPDATE event SET id = (SELECT id + 0.5 FROM event WHERE event = 'mode.halted') WHERE event = 'task.start' AND task = 't1'"
	rule "an agent starts before its usage limit ends" \
	    "SELECT s.task FROM span s JOIN pause p ON p.agent = s.agent AND s.first > p.id AND s.time < p.until" \
	    "UPDATE event SET time = (SELECT min(time) + 0.1 FROM event WHERE event = 'agent.paused') WHERE event = 'task.start' AND
	     task IN (SELECT id FROM task WHERE agent = 'paid')"
	rule "more starts of an agent than its budget has" \
	    "SELECT task FROM span s WHERE agent = 'metered' GROUP BY (SELECT max(m.id) FROM mode m WHERE m.event = 'mode.normal' AND
	     m.what = 'agent metered' AND m.id < s.first) HAVING count(*) > 8" \
	    "DELETE FROM event WHERE event = 'mode.normal' AND reason LIKE 'agent metered%'"
	rule "what was to be asked for starts without a yes" \
	    "SELECT s.task FROM span s LEFT JOIN expected x ON x.id = s.task WHERE (x.kind = 'start' OR (s.task LIKE 'found-%' AND
	     s.project <> 'a')) AND NOT EXISTS (SELECT 1 FROM event a WHERE a.task = s.task AND a.event = 'task.approved' AND a.id < s.first)" \
	    "DELETE FROM event WHERE event = 'task.approved' AND task LIKE 'found-%'"
	rule "what was to be asked for lands without a yes" \
	    "SELECT x.id FROM expected x JOIN landed l ON l.task = x.id WHERE x.kind = 'land' AND NOT EXISTS (SELECT 1 FROM event a
	     WHERE a.task = x.id AND a.event = 'task.approved')" \
	    "DELETE FROM event WHERE event = 'task.approved'"
	rule "what was refused has started" "SELECT s.task FROM span s JOIN expected x ON x.id = s.task AND x.kind = 'refused'" \
	    "UPDATE event SET event = 'task.start' WHERE event = 'task.blocked'"
}

# Failures, other attempts, ends.
check_ends() {
	some "rework" "SELECT 1 FROM event WHERE event = 'task.rework' LIMIT 1"
	for outcome in failed check_failed timeout later rate_limited stopped blocked; do
		some "an attempt that ended as $outcome" "SELECT 1 FROM tried WHERE outcome = '$outcome' LIMIT 1"
	done
	some "a second failure, and a start after it" "SELECT 1 FROM wait WHERE n = 2 AND until IS NOT NULL LIMIT 1"
	some "each kind of BLOCKED" "SELECT 1 FROM truth WHERE (SELECT count(DISTINCT t.kind) FROM truth t JOIN expected x ON x.kind = t.kind
	    JOIN event e ON e.task = x.id AND e.event = 'task.blocked') = (SELECT count(*) FROM truth) LIMIT 1"
	rule "more attempts failed than the bound of their reason" \
	    "SELECT task FROM tried WHERE outcome IN ('failed', 'check_failed') GROUP BY task HAVING count(*) > 3 UNION
	     SELECT task FROM tried WHERE outcome = 'timeout' GROUP BY task HAVING count(*) > 2 UNION
	     SELECT task FROM event WHERE event = 'task.rework' GROUP BY task HAVING count(*) > 50" \
	    "INSERT INTO tried SELECT task, 9, outcome FROM tried WHERE outcome = 'timeout'"
	rule "an attempt starts before its back-off is over" \
	    "SELECT task, n, until - time FROM wait WHERE until - time < 0.7 * (1 << (n - 1))" \
	    "UPDATE event SET time = time - 1 WHERE event = 'task.start' AND attempt = 3"
	rule "a task is blocked for another reason than its agent gave" \
	    "SELECT e.task, e.reason FROM event e LEFT JOIN expected x ON x.id = e.task LEFT JOIN truth t ON t.kind = x.kind
	     WHERE e.event = 'task.blocked' AND (t.kind IS NULL OR e.reason IS NULL OR e.reason NOT LIKE t.reason)" \
	    "UPDATE event SET reason = 'timeout: the time limit is reached' WHERE event = 'task.blocked' AND reason LIKE 'rejected%'"
	rule "a task is blocked after other attempts than its reason says" \
	    "SELECT x.id, t.kind FROM expected x JOIN truth t ON t.kind = x.kind LEFT JOIN tried a ON a.task = x.id AND a.outcome <> 'stopped'
	     GROUP BY x.id HAVING count(a.task) <> t.times OR sum(a.outcome <> t.outcome) > 0" \
	    "DELETE FROM tried WHERE outcome = 'failed' AND number = 3"
	rule "an end that is not its kind's" \
	    "SELECT e.task FROM event e JOIN expected x ON x.id = e.task WHERE e.event IN ('task.complete', 'task.blocked', 'task.cancelled')
	     AND e.event <> CASE x.ends WHEN 'COMPLETE' THEN 'task.complete' ELSE 'task.blocked' END" \
	    "UPDATE event SET event = 'task.complete' WHERE event = 'task.blocked'"
	rule "a task ends twice, or never" \
	    "SELECT t.id FROM task t LEFT JOIN event e ON e.task = t.id AND e.event IN ('task.complete', 'task.blocked', 'task.cancelled')
	     GROUP BY t.id HAVING count(e.id) <> 1" \
	    "UPDATE event SET event = 'task.complete' WHERE event = 'task.land' AND task = 't1'"
}

# Tasks that agents have found.
check_found() {
	some "one that several have found" "SELECT 1 FROM expected x JOIN span s ON s.task = x.id WHERE x.kind = 'finds' GROUP BY x.project
	    HAVING count(DISTINCT x.id) > 1 LIMIT 1"
	some "one that has found as many as may be, and tried more" "SELECT 1 FROM task t JOIN expected x ON x.id = t.finder AND
	    x.kind = 'greedy' GROUP BY t.finder HAVING count(*) = 3 LIMIT 1"
	rule "the same is found twice in a project" \
	    "SELECT title FROM task WHERE id LIKE 'found-%' GROUP BY project, title HAVING count(*) > 1" \
	    "INSERT INTO task SELECT 'found-again', project, title, agent, finder FROM task WHERE id LIKE 'found-%' LIMIT 1"
	rule "more is found by one than may be" \
	    "SELECT finder FROM task WHERE finder IS NOT NULL GROUP BY finder HAVING count(*) > 3" \
	    "INSERT INTO task SELECT 'found-more', project, 'More', agent, finder FROM task WHERE title LIKE 'Number 3 %' LIMIT 1"
	rule "what was found is not told to be by who found it, while that ran" \
	    "SELECT t.id, t.finder FROM task t LEFT JOIN expected x ON x.id = t.finder AND x.project = t.project AND x.kind IN
	     ('finds', 'greedy') LEFT JOIN event e ON e.task = t.id AND e.event = 'task.added' AND e.reason = 'found by ' || t.finder
	     LEFT JOIN span s ON s.task = t.finder AND s.first < e.id AND e.id < s.last WHERE t.id LIKE 'found-%' AND s.task IS NULL" \
	    "UPDATE task SET finder = (SELECT id FROM expected WHERE kind = 'greedy' ORDER BY id DESC LIMIT 1) WHERE title LIKE 'Found%'"
}

# What is on the branches.
check_landed() {
	some "a result that changed nothing and was fine" "SELECT 1 FROM expected x JOIN event e ON e.task = x.id AND e.event = 'task.complete'
	    WHERE x.kind = 'optional' LIMIT 1"
	rule "a complete task has not exactly one commit, its own" \
	    "SELECT e.task FROM event e LEFT JOIN expected x ON x.id = e.task LEFT JOIN landed l ON l.task = e.task WHERE e.event =
	     'task.complete' AND x.kind IS NOT 'optional' GROUP BY e.task HAVING count(l.task) <> 1 OR max(l.commit_id) IS NOT max(e.commit_id)" \
	    "INSERT INTO landed SELECT project, task, 9999, verdict, 'other' FROM landed LIMIT 1"
	rule "a commit of a task that is not complete, or changed nothing" \
	    "SELECT l.task FROM landed l LEFT JOIN expected x ON x.id = l.task LEFT JOIN event e ON e.task = l.task AND e.event =
	     'task.complete' WHERE e.task IS NULL OR x.kind IS 'optional'" \
	    "UPDATE landed SET task = (SELECT id FROM expected WHERE kind = 'nothing' LIMIT 1) WHERE rowid = 3"
	rule "tickets land in another order than theirs, or twice" \
	    "SELECT task FROM (SELECT task, ticket, lag(ticket, 1, 0) OVER (PARTITION BY project ORDER BY rowid) AS before FROM landed)
	     WHERE ticket <= before" \
	    "UPDATE landed SET ticket = (SELECT ticket FROM landed WHERE rowid = 4) WHERE rowid = 5"
	rule "it lands without the verdict of its gate" \
	    "SELECT task FROM landed WHERE verdict <> CASE project WHEN 'c' THEN 'PASS' ELSE 'UNVERIFIED' END" \
	    "UPDATE landed SET verdict = 'UNVERIFIED'"
	for project in a b c; do
		git -C "$work/$project.git" fsck --strict >"$work/fsck" 2>&1 || { cat "$work/fsck"; fail "the repository of $project is damaged"; }
	done
}

check_night() {
	read_night
	check_starts
	check_shares
	check_waits
	check_ends
	check_found
	check_landed
}
