#!/bin/sh
# history.sh DIR SEED: makes the history that a replay repeats, in a new
# repository at DIR: branch `main`, and the tag `replay-base` 60 commits before.
# The newest 60 non-merge first-parent commits of this project, when it has
# them; else a generated history, which is the same for the same seed. With
# ORCH_HISTORY=generated always the latter; ORCH_HISTORY_FROM names another repository.
set -eu
LC_ALL=C
export LC_ALL
directory=$1
seed=$2
here=$(cd "$(dirname "$0")" && pwd)
project=${ORCH_HISTORY_FROM:-$(cd "$here/../.." && pwd)}
wanted=${ORCH_HISTORY_COMMITS:-60}

# The newest commit that ends a row of $wanted ones without a merge, and the one before the row.
find_row() {
	[ "${ORCH_HISTORY:-}" != generated ] || return 0
	[ "$(git -C "$project" rev-parse --is-shallow-repository 2>/dev/null)" = false ] || return 0
	git -C "$project" rev-list --first-parent --parents HEAD 2>/dev/null | awk -v wanted="$wanted" '
		found { next }
		NF == 2 { if (row++ == 0) newest = $1; if (row == wanted) { print newest, $2; found = 1 } next }
		{ row = 0 }'
}

# Files with NUL bytes: awk does not write them everywhere.
make_binaries() {
	i=0
	while [ $i -lt 12 ]; do
		printf 'binary %s.%s\000\001\002\377\376\r\n\000end' "$seed" $i |
		    git -C "$directory" hash-object -w --stdin
		i=$((i + 1))
	done
}

git init -q -b main "$directory"
row=$(find_row)
if [ -n "$row" ]; then
	git -C "$directory" fetch -q --no-tags "$project" "${row% *}:refs/replay/newest"
	git -C "$directory" update-ref refs/heads/main "${row% *}"
	git -C "$directory" tag replay-base "${row#* }"
else
	awk -v seed="$seed" -v commits="$wanted" -v binaries="$(make_binaries | tr '\n' ' ')" \
	    -f "$here/generate.awk" </dev/null | git -C "$directory" fast-import --quiet
	git -C "$directory" tag replay-base "main~$wanted"
fi
git -C "$directory" reset -q --hard main
