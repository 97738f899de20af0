# many_files.sh DIR COUNT: a bare repository at DIR with COUNT files of about 1 kB
# in folders of a hundred, on main, the same each time.
set -eu
git init -q --bare -b main "$1"
awk -v count="$2" 'BEGIN {
	print "commit refs/heads/main\ncommitter Bench <bench@example.org> 1700000000 +0000\ndata 6\nfiles\n"
	for (i = 0; i < count; i++) {
		text = ""
		for (line = 0; line < 20; line++)
			text = text "line " line " of file " i ", which is like the others but for its number\n"
		printf "M 100644 inline part-%d/file-%d.txt\ndata %d\n%s\n", int(i / 100), i, length(text), text
	}
}' | git -C "$1" fast-import --quiet
