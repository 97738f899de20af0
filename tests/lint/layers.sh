#!/bin/sh
# Who includes whom. A file of a process knows its own folder, tasks/ and
# protocol/; tasks/ knows itself and what in protocol/ is no protocol at all;
# protocol/ knows nobody. Inside a folder calls go downwards, in the order of its
# list in the Makefile. And: no variable is shared between files, but tables.
cd "$(dirname "$0")/../.." || exit 1
build=${ORCH_BUILD:-build}
folders='protocol tasks supervisor worker collect fence commitd orchctl'
found=$(mktemp)
trap 'rm -f "$found"' EXIT

# may FILE HEADER, the header with its folder
may() {
	folder=${1%%/*}
	case $folder:$2 in
	# What is made from supervisor/schema.sql.
	supervisor:schema.inc) return 0 ;;
	# What the worker and its own half inside the sandbox agree on.
	worker:collect/inside.h|worker:fence/inside.h) return 0 ;;
	# The limits of a task, which messages.def names.
	protocol:tasks/task_spec.h) [ "$1" = protocol/message.h ] ;;
	"$folder:$folder"/*) return 0 ;;
	protocol:*) return 1 ;;
	tasks:protocol/mem.h|tasks:protocol/log.h|tasks:protocol/problem.h|tasks:protocol/buffer.h|tasks:protocol/valid.h) return 0 ;;
	tasks:*) return 1 ;;
	*:protocol/*|*:tasks/*) return 0 ;;
	*) return 1 ;;
	esac
}

for folder in $folders; do
	grep -HE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' $folder/*.[ch]
done 2>/dev/null | sed 's/^\([^:]*\):[^"]*"\([^"]*\)".*/\1 \2/' | while read -r file header; do
	# A name without a folder is one of the file's own.
	case $header in
	*/*|schema.inc) ;;
	*)	header=${file%%/*}/$header ;;
	esac
	may "$file" "$header" || echo "$file: must not include $header"
	[ -e "$header" ] || [ "$header" = schema.inc ] || echo "$file: includes $header, which is not there"
done >"$found"

# list FOLDER, its files from top to bottom
list() {
	awk -v name="$(echo "$1" | tr a-z A-Z)" '
	    $1 == name && $2 == "=" { on = 1; sub(/^[^=]*=/, "") }
	    on { on = sub(/\\$/, ""); printf "%s ", $0 }' Makefile
}

# These include one above, for its types; they call nobody there.
#    schedule.h is the face of all schedule*.c, schedule_state.h what they share.
#    checkout.c fills the workspace that workspace.c hands it.
upwards='tasks/schedule_state.h:schedule worker/checkout.c:workspace'

# A file includes headers of those below it only. One without a file of its own
# (supervisor.h, inside.h) is the ground: all may.
for folder in $folders; do
	for file in $folder/*.c; do
		file=${file##*/}
		case " $(list $folder)" in
		*" ${file%.c} "*) ;;
		*)	echo "$folder/$file: is not in the list of its folder in the Makefile" ;;
		esac
	done
	grep -E '^#include "' $folder/*.[ch] |
	    sed -n "s,^$folder/\\([^:]*\\)\\.\\([ch]\\):[^\"]*\"\\($folder/\\)*\\([^/]*\\)\\.h\".*,\\1 \\2 \\4,p" |
	    awk -v folder=$folder -v list="$(list $folder)" -v upwards=" $upwards " '
		BEGIN { count = split(list, names); for (i = 1; i <= count; i++) rank[names[i]] = i }
		{ file = folder "/" $1 "." $2 }
		$1 in rank && $3 in rank && rank[$3] < rank[$1] && !index(upwards, " " file ":" $3 " ") {
			print file ": includes " $3 ".h, which is above it"
		}'
	# What is built tells of calls that no header shows.
	nm -A "$build/$folder"/*.o 2>/dev/null | awk -v folder=$folder -v list="$(list $folder)" '
		BEGIN { count = split(list, names); for (i = 1; i <= count; i++) rank[names[i]] = i }
		{ file = $1; sub(/\.o:.*/, "", file); sub(/.*\//, "", file); what = $NF; kind = $(NF - 1) }
		!(file in rank) { next }
		kind == "U" { uses[file " " what] = 1; next }
		kind ~ /^[A-Z]$/ { at[what] = file }
		END {
			for (use in uses) {
				split(use, part)
				if (part[2] in at && rank[at[part[2]]] < rank[part[1]])
					print folder "/" part[1] ".c: uses " part[2] " of " at[part[2]] ".c, which is above it"
			}
		}'
done >>"$found"

# Tables that one file defines and others read; none of them can be written.
tables='environ|[a-z]*_dispatch|message_rows|message_replies|print_text|print_json'
for folder in $folders; do
	grep -HnE '^[[:space:]]*extern[[:space:]][^(]*;' $folder/*.[ch]
done 2>/dev/null | sed 's/, *print_json;/;/' | grep -vE "[[:space:]*]($tables)(\[[A-Z_]*\])?;" |
    sed 's/$/   (a variable shared between files; hand it over instead)/' >>"$found"

# What is built tells for certain what can be seen outside its file.
for folder in $folders; do
	nm -A -g --defined-only "$build/$folder"/*.o
done 2>/dev/null | awk -v tables="^($tables|__asan.*|__odr.*|DW.ref.*)$" '
    $2 ~ /^[BCDGRSV]$/ && $3 !~ tables { print $1 " " $3 ": a variable that is not static" }' >>"$found"

cat "$found"
[ ! -s "$found" ]
