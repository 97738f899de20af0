# A made-up history as a stream for git fast-import: 40 files, then `commits`
# commits, the same for the same `seed`. Most edit lines near the last edit of
# the same few files; the others make, delete and rename files, change modes,
# symlinks, files with NULs and files with CRLF. Every line is unique, so that
# a patch fits at one place only. Variables: seed, commits, binaries.

function draw(below) {
	random = (random * 16807) % 2147483647
	return int(random / 7) % below
}

function line(path) {
	return "line " ++lines " of " path " " draw(1000000)
}

function make_text(path, count,    i) {
	kind[path] = "text"
	mode[path] = "100644"
	size[path] = count
	last[path] = int(count / 2)
	for (i = 1; i <= count; i++)
		text[path, i] = line(path)
	order[++paths] = path
}

function make_binary(path) {
	kind[path] = "binary"
	mode[path] = "100644"
	text[path, 1] = binary[++used]
	order[++paths] = path
}

function make_link(path, target) {
	kind[path] = "link"
	mode[path] = "120000"
	text[path, 1] = target
	order[++paths] = path
}

function forget(path) {
	delete kind[path]
	print "D " quoted(path)
}

function quoted(path) {
	return "\"" path "\""
}

function data(content) {
	printf "data %d\n%s\n", length(content), content
}

# One file as it is now; sent with the commit that changed it.
function send(path,    i, content, end) {
	if (kind[path] == "binary") {
		print "M " mode[path] " " text[path, 1] " " quoted(path)
		return
	}
	if (kind[path] == "link") {
		content = text[path, 1]
	} else {
		end = path ~ /crlf/ ? "\r\n" : "\n"
		for (i = 1; i <= size[path]; i++)
			content = content text[path, i] (i == size[path] && path ~ /no-newline/ ? "" : end)
	}
	print "M " mode[path] " inline " quoted(path)
	data(content)
}

# Near the last edit: a line changed, added or taken out, or two changed.
function edit(path,    at, i, what) {
	at = last[path] + draw(13) - 6
	if (at < 1)
		at = 1 + draw(3)
	if (at > size[path])
		at = size[path] - draw(3)
	what = draw(5)
	if (what == 0) {
		for (i = size[path]++; i >= at; i--)
			text[path, i + 1] = text[path, i]
		text[path, at] = line(path)
	} else if (what == 1 && size[path] > 10) {
		for (i = at; i < size[path]; i++)
			text[path, i] = text[path, i + 1]
		size[path]--
	} else {
		text[path, at] = line(path)
		if (what == 2 && at < size[path])
			text[path, at + 1] = line(path)
	}
	last[path] = at
}

# One that is there, of a kind; never one of the hot files when `cold`.
function pick(wanted, cold,    path, tries) {
	do {
		path = order[1 + draw(paths)]
		if (++tries > 5000)
			exit 1
	} while (kind[path] != wanted || (cold && path in hot))
	return path
}

function rename_file(path, to,    i) {
	kind[to] = kind[path]
	mode[to] = mode[path]
	size[to] = size[path]
	if (path in changed)
		changed[to] = 1
	last[to] = last[path]
	for (i = 1; i <= size[path]; i++)
		text[to, i] = text[path, i]
	order[++paths] = to
	forget(path)
	send(to)
}

function author(    names, mails, count) {
	count = split("Ada Example|Zo\303\253 Gr\303\270nn|O'Brien, Pat|\346\235\216 \345\260\217\351\276\231|Max \"Q\" von X", names, "|")
	return names[1 + draw(count)] " <author" draw(5) "@example.org>"
}

function message(number, what,    kind_of, subject) {
	subject = what " (" number ")"
	kind_of = draw(9)
	if (kind_of == 0)
		return subject
	if (kind_of == 1)
		return "[fix] " subject "\n"
	if (kind_of == 2)
		return subject "\n\nA body of two lines,\nwithout a newline at its end"
	if (kind_of == 3)
		return subject "\n\nWhy it was done.\n\nSigned-off-by: Ada Example <ada@example.org>\nReviewed-by: Zo\303\253 <zoe@example.org>\n"
	if (kind_of == 4)
		return "Gr\303\266\303\237e \342\206\222 " subject "\n\n\342\200\234quoted\342\200\235 \360\237\214\262\n"
	if (kind_of == 5)
		return "Re: " subject "\n\n# not a comment\n---\n> quoted\n\n\ntwo empty lines above\n"
	if (kind_of == 6)
		return subject "\n\n\tindented \\ with \"quotes\" and a tab\n\n  - list\n  - of two\n"
	return subject "\n"
}

function begin(number, what,    zones, count) {
	count = split("+0000 +0530 -0800 +0200", zones, " ")
	print "commit refs/heads/main"
	print "author " author() " " 1700000000 + number * 3607 - draw(9000) " " zones[1 + draw(count)]
	print "committer Replay <replay@example.org> " 1700000000 + number * 3607 " +0000"
	data(message(number, what))
}

function one_commit(number,    what, path, to) {
	what = number % 15
	if (what == 4) {
		begin(number, "New file")
		path = "new/file-" number ".txt"
		make_text(path, 12)
		send(path)
	} else if (what == 7) {
		begin(number, "Delete a file")
		forget(pick("text", 1))
	} else if (what == 9) {
		begin(number, "Rename a file")
		path = pick("text", 1)
		rename_file(path, "moved/to-" number ".txt")
	} else if (what == 11) {
		begin(number, "Change a binary file")
		path = pick("binary", 0)
		text[path, 1] = binary[++used]
		send(path)
	} else if (what == 12) {
		begin(number, "Change a mode")
		do
			path = pick("text", 0)
		while (path in changed)
		changed[path] = 1
		mode[path] = "100755"
		send(path)
	} else if (what == 13) {
		begin(number, "Turn a symlink")
		path = pick("link", 0)
		text[path, 1] = "../src/target-" number
		send(path)
	} else if (what == 14) {
		begin(number, "Rename and edit")
		path = pick("text", 1)
		edit(path)
		rename_file(path, "moved/edited-" number ".txt")
	} else if (what == 2) {
		begin(number, "Edit a file with CRLF")
		path = "doc/crlf-" 1 + draw(2) ".txt"
		edit(path)
		send(path)
	} else {
		begin(number, "Edit")
		path = hot_name[1 + draw(hots)]
		edit(path)
		send(path)
		if (draw(4) == 0) {
			to = hot_name[1 + draw(hots)]
			if (to != path) {
				edit(to)
				send(to)
			}
		}
	}
}

BEGIN {
	random = seed * 7919 + 17
	split(binaries, binary, " ")
	for (i = 1; i <= 28; i++)
		make_text(sprintf("src/part-%02d.txt", i), 30 + draw(30))
	make_text("doc/crlf-1.txt", 40)
	make_text("doc/crlf-2.txt", 40)
	make_text("doc/no-newline.txt", 20)
	make_text("doc/with space \303\274ber.txt", 20)
	make_text("README", 25)
	make_text("src/deep/er/file.txt", 25)
	for (i = 1; i <= 3; i++)
		make_binary("bin/data-" i ".bin")
	make_link("links/one", "../src/part-01.txt")
	make_link("links/two", "../README")
	make_link("links/nowhere", "not there")
	hots = split("src/part-01.txt|src/part-02.txt|src/part-03.txt|doc/no-newline.txt|README|src/deep/er/file.txt", hot_name, "|")
	for (i = 1; i <= hots; i++)
		hot[hot_name[i]] = 1
	hot["doc/crlf-1.txt"] = hot["doc/crlf-2.txt"] = 1
	print "commit refs/heads/main"
	print "committer Replay <replay@example.org> 1699990000 +0000"
	data("The 40 files of the beginning\n")
	for (i = 1; i <= paths; i++)
		send(order[i])
	for (i = 1; i <= commits; i++) {
		one_commit(i)
		print ""
	}
}
