#!/bin/sh
# A function fits a screen, a file fits a sitting. What is over the budget is
# printed; only what is far beyond it fails, and a file of tests never.
cd "$(dirname "$0")/../.." || exit 1
status=0

for file in protocol/*.[ch] tasks/*.[ch] supervisor/*.[ch] worker/*.[ch] collect/*.[ch] fence/*.[ch] commitd/*.[ch] \
    orchctl/*.[ch] tests/*/*.[ch]; do
	[ -e "$file" ] || continue
	lines=$(wc -l <"$file")
	if [ "$lines" -gt 600 ] && [ "${file#tests/}" = "$file" ]; then
		echo "$file: $lines lines; 600 is the most"
		status=1
	elif [ "$lines" -gt 450 ]; then
		echo "warning: $file: $lines lines"
	fi
done

if ! ctags --version 2>/dev/null | grep -q Universal; then
	echo "functions not measured: universal-ctags is not here"
	exit $status
fi
ctags --languages=C --langmap=C:.c --kinds-C=f --fields=+ne -f - protocol/*.c tasks/*.c supervisor/*.c \
    worker/*.c collect/*.c fence/*.c commitd/*.c orchctl/*.c tests/*/*.c 2>/dev/null |
    awk -F '\t' '
	{
		first = last = 0
		for (i = 4; i <= NF; i++) {
			if ($i ~ /^line:/) first = substr($i, 6)
			if ($i ~ /^end:/) last = substr($i, 5)
		}
		lines = last - first + 1
		if (last && lines > 120) { print $2 ": " $1 ": " lines " lines; 120 is the most"; bad = 1 }
		else if (last && lines > 80) print "warning: " $2 ": " $1 ": " lines " lines"
	}
	END { exit bad }' || status=1
exit $status
