#!/bin/sh
# The older JSON queue: sixty tasks with all its keys, as the older program stood with them,
# are run to the end, and come out with what has become of them and all else as it was. What
# came out brings nothing new when it is read again, here; elsewhere it is the same queue.
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || skip "python3 is not here to make and compare queues"
new_repository "$work/repository"
cat >"$work/queue.py" <<'END'
import json, sys
def feature(n):
    # 1-40 pending, 41-44 under way, 45-52 complete, 53-55 blocked, 56-57 failed, 58-60 pass
    status = ("pending" if n <= 40 else "in_progress" if n <= 44 else "complete" if n <= 52 else
        "blocked" if n <= 55 else "failed" if n <= 57 else "complete")
    f = {"id": "TASK-%03d" % n, "description": "Do \u00e4 thing %d\nand \"quote\" it \U0001f600" % n,
        "file": "src/file%d[x].txt" % (n % 10), "status": status, "tests": ["tests/test_%d.py" % n],
        "passes": n >= 45 and n <= 52 or n >= 58, "error": "it was bad" if 53 <= n <= 57 else None,
        "attempts": n % 4, "priority": n % 3, "type": "bugfix" if n % 2 else "feature",
        "branch": "fix/%d" % n, "agent": "good" if n % 5 else "bad" if n % 10 else "good",
        "max_iterations": 3, "completion_promise": "DONE-%d" % n, "requires_approval": None,
        "source": "discovered" if n % 7 == 0 else "manual",
        "discovered_by": "TASK-%03d" % (n - 1) if n % 7 == 0 else None,
        "fingerprint": "%064x" % n, "extra": {"list": [1, 2.5, None, True], "deep": {"a": "b"}},
        "completed_at": None, "big": 9007199254740993}
    if n % 6 == 0:
        f["requires_approval"] = []
    return f
q = {"project": "older", "sequence": 77, "fingerprints": ["%064x" % n for n in range(1, 61)],
    "features": [feature(n) for n in range(1, 61)], "version": "3.1"}
json.dump(q, open(sys.argv[1], "w"), indent=1)
END
python3 "$work/queue.py" "$work/queue.json"
# The agents are scripts by configuration; each prints the promise of its own task.
cat >"$work/orch.yaml" <<'END'
version: 1
projects:
  older: {verify: none, retries: {failed: 0}}
agents:
  good:
    command: [sh, -c, "cat >prompt; mkdir -p out; mv prompt out/$ORCH_TASK; echo DONE-$(echo ${ORCH_TASK#TASK-} | sed 's/^0*//')"]
    prompt: stdin
  bad: {command: [sh, -c, "echo no; exit 3"], prompt: stdin}
END
limit_seconds=300
orch 1 -c "$work/orch.yaml" -j 3 "$work/queue.json"
ok "sixty tasks to the end"

has "$work/repository/out/TASK-007" "Tests: tests/test_7.py"
has "$work/repository/out/TASK-007" "File: src/file7[x].txt"
[ ! -e "$work/repository/out/TASK-050" ] || fail "what was complete was done again"
expect 0 orchctl --state "$state" export --queue
mv "$work/out" "$work/after.json"
cat >"$work/compare.py" <<'END'
import json, sys
before, after = (json.load(open(p)) for p in sys.argv[1:3])
assert list(before) == [k for k in before if k in after] and set(before) == set(after), "top level"
for key in ("project", "sequence", "fingerprints", "version"):
    assert before[key] == after[key], key
assert len(after["features"]) == 60
for b, a in zip(before["features"], after["features"]):
    n = int(b["id"][5:])
    for key in b:
        if key not in ("status", "passes", "error", "attempts"):
            assert a[key] == b[key], (b["id"], key, a[key])
    assert set(a) == set(b), b["id"]
    if n >= 45:
        assert a == b, (b["id"], a)
    elif b["agent"] == "good":
        assert (a["status"], a["passes"], a["error"]) == ("complete", True, None), a
        assert a["attempts"] == b["attempts"] + 1, a
    else:
        assert (a["status"], a["passes"]) == ("blocked", False) and "3" in a["error"], a
END
python3 "$work/compare.py" "$work/queue.json" "$work/after.json" || fail "not what it was"
ok "comes out with what has become of it"

# The same again: nothing runs, nothing changes.
attempts=$(orchctl --state "$state" --json list | grep -o '"attempts":1' | wc -l)
orch 1 -c "$work/orch.yaml" -j 3 "$work/after.json"
expect 0 orchctl --state "$state" export --queue
cmp "$work/out" "$work/after.json" || fail "the second import has changed something"
equal "attempts" "$attempts" "$(orchctl --state "$state" --json list | grep -o '"attempts":1' | wc -l)"
ok "a second import changes nothing"

# Elsewhere, by import, with nothing left to do.
service_configuration
cat >>"$work/orch.yaml" <<'END'
agents:
  good: {command: [sh, -c, "exit 1"], prompt: stdin}
END
start_service -o state="$work/state2"
ctl 0 import "$work/after.json"
has "$work/out" "60 added"
ctl 0 import "$work/after.json"
has "$work/out" "0 added, 60 known already"
ctl 0 export --queue
cmp "$work/out" "$work/after.json" || fail "not the same queue elsewhere"
ctl 0 show TASK-055
has "$work/out" "blocked in the queue that it came from: it was bad"
ctl 0 list --state BLOCKED
stop_service
ok "the same queue elsewhere"

# What is wrong is told with its place, all of it, and nothing is added.
cat >"$work/bad.json" <<'END'
{"features": [
  {"id": "a b", "description": "x"},
  {"id": "c", "description": "x", "status": "lost",
   "priority": "P9"},
  {"id": "c", "description": 3}
]}
END
orch 2 -c "$work/orch.yaml" "$work/bad.json"
has "$work/err" "bad.json:2:10: task 'a b': id: is not a name"
has "$work/err" "bad.json:3:45: task 'c': status: is neither pending"
has "$work/err" "bad.json:4:16: task 'c': priority: "
has "$work/err" "bad.json:5:30: task 'c': description: is not a text"
has "$work/err" "bad.json:5:3: task 'c': id: is taken; the first one is in line 3"
printf '{"features": [\n {"id": }]}\n' >"$work/bad.json"
orch 2 -c "$work/orch.yaml" "$work/bad.json"
has "$work/err" "bad.json:2:"
nothing_left
ok "mistakes have their place"
