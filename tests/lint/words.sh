#!/bin/sh
# No note to oneself, no path of somebody's own machine, no blank at the end of
# a line: open questions belong to the list of issues.
cd "$(dirname "$0")/../.." || exit 1
status=0

# The text files of the project; what is built is not.
files() {
	find . -path ./.git -prune -o -path './build*' -prune -o -name node_modules -prune -o -type f \
	    ! -name '*.png' ! -name '*.pack' ! -name package-lock.json -print
}

# refuse 'PATTERN' WHY
refuse() {
	found=$(files | xargs grep -nIE -e "$1")
	[ -z "$found" ] || {
		echo "$2:"
		echo "$found"
		status=1
	}
}

# Written so that this file does not find itself.
refuse '(^|[^A-Za-z])(TO''DO|FIX''ME|X''XX)([^A-Za-z]|$)' 'a note to oneself'
refuse '(^|[^A-Za-z0-9_.%})/])/wo''rk/' 'a path of one machine'
refuse '/fa''rm([^a-z]|$)' 'a path of one machine'
refuse '[[:blank:]]$' 'blank at the end of a line'
exit $status
