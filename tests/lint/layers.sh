#!/bin/sh
# Who includes whom. A file of a process knows its own folder, tasks/ and
# protocol/; tasks/ knows itself and what in protocol/ is no protocol at all;
# protocol/ knows nobody. And: no variable is shared between files, but tables.
cd "$(dirname "$0")/../.." || exit 1
build=${ORCH_BUILD:-build}
folders='protocol tasks supervisor worker collect commitd orchctl'
found=$(mktemp)
trap 'rm -f "$found"' EXIT

# may FILE HEADER, the header with its folder
may() {
	folder=${1%%/*}
	case $folder:$2 in
	# What is made from supervisor/schema.sql.
	supervisor:schema.inc) return 0 ;;
	# What the worker and its own half inside the sandbox agree on.
	worker:collect/inside.h) return 0 ;;
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
