#!/bin/sh
# One library, one file of a process: who wants to know what SQLite does for us
# reads store.c, and nothing else has to change when the library does. (Reading
# and writing of MessagePack are two, and so are what we print as JSON,
# a protocol in it, and the older queue, which is read and written.)
cd "$(dirname "$0")/../.." || exit 1
status=0

# only 'PATTERN OF A HEADER' FILE...: these may include it, no other.
only() {
	header=$1
	shift
	for file in $(grep -lE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]$header" \
	    protocol/*.[ch] tasks/*.[ch] supervisor/*.[ch] worker/*.[ch] collect/*.[ch] commitd/*.[ch] \
	    orchctl/*.[ch] 2>/dev/null); do
		case " $* " in
		*" $file "*) ;;
		*)	echo "$file: includes $header, which belongs to $*"
			status=1 ;;
		esac
	done
}

only 'sqlite3\.h' supervisor/sql.c supervisor/sql_dump.c
only 'git2(\.h|/)' commitd/repository.c commitd/repository_inside.h commitd/index.c
only 'zlib\.h' commitd/pack.c
only 'yaml\.h' tasks/yaml_value.c
only 'msgpack(\.h|/)' protocol/reader.c protocol/put.c
only 'event2?(\.h|/)' protocol/loop.c
only 'yajl/' worker/json_values.c
only 'jansson\.h' orchctl/print_json.c orchctl/mcp.c orchctl/queue_read.c \
    orchctl/queue_field.c orchctl/queue_field.h orchctl/queue_write.c
only 'systemd/' supervisor/notify.c supervisor/clients.c
only 'seccomp\.h' worker/filter.c
only 'sha2?\.h' supervisor/fingerprint.c
only 'n?curses(w/.*)?\.h' orchctl/top.c

exit $status
