CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE projects (	-- all that there ever were
	name TEXT PRIMARY KEY,
	upstream TEXT NOT NULL,
	ahead INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;	-- of its share of the slots
CREATE TABLE tasks (
	position INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	spec BLOB NOT NULL,
	prompt TEXT NOT NULL,
	state TEXT NOT NULL,
	reason TEXT,
	feedback TEXT,
	attempts INTEGER NOT NULL DEFAULT 0,
	failures INTEGER NOT NULL DEFAULT 0,
	reworks INTEGER NOT NULL DEFAULT 0,
	laters INTEGER NOT NULL DEFAULT 0,
	ticket INTEGER NOT NULL DEFAULT 0,
	commit_id TEXT,
	started REAL NOT NULL DEFAULT 0,
	ended REAL NOT NULL DEFAULT 0,
	leased INTEGER NOT NULL DEFAULT 0,
	conflict_id TEXT,
	conflict TEXT,
	fresh INTEGER NOT NULL DEFAULT 0,	-- attempts when a person last said: again
	project TEXT NOT NULL);
CREATE TABLE attempts (
	id INTEGER PRIMARY KEY,
	task INTEGER NOT NULL REFERENCES tasks(position),
	number INTEGER NOT NULL,
	slot TEXT NOT NULL,
	tip TEXT NOT NULL,
	outcome TEXT NOT NULL,
	reason TEXT,
	commit_id TEXT,
	iterations INTEGER NOT NULL DEFAULT 0,
	started REAL NOT NULL,
	ended REAL NOT NULL DEFAULT 0,
	rework TEXT,
	commits INTEGER NOT NULL DEFAULT 0,
	sandbox TEXT,
	UNIQUE (task, number));
CREATE INDEX attempts_open ON attempts(outcome) WHERE outcome = 'open';
CREATE INDEX attempts_ended ON attempts(ended);
CREATE TABLE tickets (
	project TEXT NOT NULL,
	number INTEGER NOT NULL,
	task INTEGER NOT NULL REFERENCES tasks(position),
	attempt INTEGER NOT NULL DEFAULT 0,
	state TEXT NOT NULL,	-- drawn, waiting, unwanted (but queued), void, landed
	base TEXT,
	commit_id TEXT,
	commits INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (project, number)) WITHOUT ROWID;
CREATE INDEX tickets_live ON tickets(project, number) WHERE state != 'landed';
CREATE TABLE verdicts (
	tree TEXT NOT NULL,
	command TEXT NOT NULL,
	verdict TEXT NOT NULL,
	time REAL NOT NULL,
	reason TEXT,
	output TEXT,
	PRIMARY KEY (tree, command)) WITHOUT ROWID;
CREATE TABLE usage (
	attempt INTEGER PRIMARY KEY REFERENCES attempts(id),
	input INTEGER NOT NULL,	-- tokens, those from a cache too
	cached INTEGER NOT NULL,
	output INTEGER NOT NULL,
	cost REAL NOT NULL,	-- dollars
	steps INTEGER NOT NULL);
CREATE TABLE traffic (	-- by destination that was named to the attempt
	attempt INTEGER NOT NULL REFERENCES attempts(id),
	destination TEXT NOT NULL,
	connections INTEGER NOT NULL,
	refused INTEGER NOT NULL,
	sent INTEGER NOT NULL,	-- bytes, by the agent
	received INTEGER NOT NULL,
	PRIMARY KEY (attempt, destination)) WITHOUT ROWID;
CREATE TABLE pauses (	-- agents that have reached a usage limit
	agent TEXT PRIMARY KEY,
	until REAL NOT NULL,
	reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE modes (	-- what a person, or a budget, has paused, drained or halted
	kind TEXT NOT NULL,	-- all, project, agent
	name TEXT NOT NULL,	-- of it; '' for all
	mode TEXT NOT NULL,
	who TEXT NOT NULL,
	why TEXT,
	since REAL NOT NULL,
	tripped INTEGER NOT NULL,	-- by a budget
	until REAL NOT NULL,	-- when it goes on by itself; 0: never
	fresh REAL NOT NULL,	-- budgets count what came behind this
	PRIMARY KEY (kind, name)) WITHOUT ROWID;
CREATE TABLE widened (	-- what a task may write beyond its files
	task INTEGER NOT NULL REFERENCES tasks(position),
	pattern TEXT NOT NULL,
	PRIMARY KEY (task, pattern)) WITHOUT ROWID;
CREATE TABLE outside (	-- what the result that waits for a yes changes outside its scope
	task INTEGER NOT NULL REFERENCES tasks(position),
	pattern TEXT NOT NULL,
	PRIMARY KEY (task, pattern)) WITHOUT ROWID;
CREATE TABLE questions (	-- of agents, to people
	id INTEGER PRIMARY KEY,
	task INTEGER NOT NULL REFERENCES tasks(position),
	attempt INTEGER NOT NULL,
	serial INTEGER NOT NULL,	-- of the worker's request
	asked REAL NOT NULL,
	question TEXT NOT NULL,
	answer TEXT,
	who TEXT,
	closed REAL,		-- answered, or not waited for any more
	UNIQUE (task, question));
CREATE TABLE events (
	id INTEGER PRIMARY KEY,
	time REAL NOT NULL,
	event TEXT NOT NULL,
	task TEXT,
	attempt INTEGER,
	ticket INTEGER,
	commit_id TEXT,
	slot TEXT,
	reason TEXT,
	project TEXT);
CREATE TABLE extras (		-- what a queue of the older kind said of a task, as JSON
	task INTEGER PRIMARY KEY REFERENCES tasks(position),
	json TEXT NOT NULL);
CREATE TABLE fingerprints (	-- of scope and text, in SHA-256
	fingerprint TEXT NOT NULL,
	task INTEGER NOT NULL REFERENCES tasks(position),
	PRIMARY KEY (fingerprint, task)) WITHOUT ROWID;
CREATE INDEX fingerprints_of ON fingerprints(task);
CREATE TABLE ledger (		-- what a task has cost people: ledger.h
	task INTEGER PRIMARY KEY REFERENCES tasks(position),
	added REAL NOT NULL,
	asked REAL NOT NULL,	-- since when it waits for a person; 0: it does not
	interventions INTEGER NOT NULL,
	escalations INTEGER NOT NULL);
CREATE INDEX questions_open ON questions(asked) WHERE closed IS NULL;
CREATE INDEX events_time ON events(time);
CREATE INDEX events_type ON events(event, id, project);
CREATE INDEX events_project ON events(project, id, event);
CREATE TABLE interventions (
	id INTEGER PRIMARY KEY,
	time REAL NOT NULL,
	task INTEGER NOT NULL REFERENCES tasks(position),
	attempt INTEGER NOT NULL DEFAULT 0,
	question TEXT NOT NULL,
	answer TEXT NOT NULL,
	who TEXT NOT NULL,
	why TEXT);
CREATE INDEX events_task ON events(task) WHERE task IS NOT NULL;
CREATE TABLE notes (	-- a session note of each task that has ended an attempt, or for good
	task INTEGER PRIMARY KEY REFERENCES tasks(position),
	name TEXT NOT NULL,	-- of its file, in the folder of the project's notes
	due INTEGER NOT NULL,	-- changes that the file has not seen; 0: it is as new as can be
	written REAL,
	problem TEXT);
CREATE INDEX notes_due ON notes(task) WHERE due > 0;
CREATE INDEX notes_written ON notes(written);
CREATE TABLE note_parts (	-- what its agent wrote for it
	task INTEGER NOT NULL REFERENCES tasks(position),
	attempt INTEGER NOT NULL,
	part TEXT NOT NULL,
	words TEXT NOT NULL,
	PRIMARY KEY (task, attempt, part)) WITHOUT ROWID;
CREATE TABLE note_words (	-- and people
	id INTEGER PRIMARY KEY,
	task INTEGER REFERENCES tasks(position),	-- NULL: for all that were under way
	time REAL NOT NULL,
	who TEXT NOT NULL,
	words TEXT NOT NULL);
CREATE INDEX note_words_task ON note_words(task);
CREATE TABLE changed (	-- what a result changes on its base
	task INTEGER NOT NULL REFERENCES tasks(position),
	attempt INTEGER NOT NULL,
	path TEXT NOT NULL,
	kind TEXT NOT NULL,	-- added, changed, removed; and more: how many are not listed
	added INTEGER,		-- lines; NULL: not counted
	removed INTEGER,
	PRIMARY KEY (task, attempt, path)) WITHOUT ROWID;
CREATE TABLE hooks (	-- to be run: what is here when a supervisor ends, the next one runs
	id INTEGER PRIMARY KEY,
	hook TEXT NOT NULL,
	project TEXT NOT NULL,
	task INTEGER REFERENCES tasks(position),
	attempt INTEGER NOT NULL,
	input TEXT NOT NULL,
	tries INTEGER NOT NULL);
