#!/bin/sh
# No dead message: the tables of handlers have exactly the rows of messages.def
# that are addressed to them, each message is sent by whom it comes from, and
# each REPLY is given.
cd "$(dirname "$0")/../.." || exit 1
status=0
wrong() {
	echo "protocol/messages.def: $1"
	status=1
}

folder_of() {
	case $1 in
	CLIENT) echo orchctl ;;
	SUPERVISOR) echo supervisor ;;
	WORKER) echo worker ;;
	COMMITD) echo commitd ;;
	AGENT) echo orchctl ;;
	esac
}

# What goes to a worker on another machine comes from a launcher; orchd has none of its own.
launcher=' base_chunk result_wanted '

# named FOLDER NAME: is it used there, other than as a place in a table?
named() {
	cat "$1"/*.[ch] | sed 's/\[MSG_[a-z_]*\]//g' | grep -qw "MSG_$2"
}

# table FILE FROM TO: has it a handler for each such row, and no other?
table() {
	for name in $(sed -n "s/^MESSAGE(\([a-z_]*\), *\"[^\"]*\", *\($2\|ANY\), *\($3\|ANY\),.*/\1/p" \
	    protocol/messages.def); do
		grep -q "^[[:space:]]*\[MSG_$name\] = [a-z_]*," "$1" || wrong "$name: no handler [MSG_$name] in $1"
	done
	for name in $(sed -n 's/^[[:space:]]*\[MSG_\([a-z_]*\)\] = .*/\1/p' "$1"); do
		grep -Eq "^MESSAGE\($name, *\"[^\"]*\", *($2|ANY), *($3|ANY)," protocol/messages.def ||
		    wrong "$name: has a handler in $1, which nobody may send it to"
	done
}

table supervisor/on_client.c CLIENT SUPERVISOR
table supervisor/on_worker.c WORKER SUPERVISOR
table supervisor/on_commitd.c COMMITD SUPERVISOR
table worker/dispatch.c SUPERVISOR WORKER
table worker/agent_socket.c AGENT WORKER
table commitd/dispatch.c SUPERVISOR COMMITD

sed -n 's/^MESSAGE(\([a-z_]*\), *"[^"]*", *\([A-Z]*\), *\([A-Z]*\),.*/\1 \2 \3/p' protocol/messages.def |
{
	while read -r name from to; do
		# A client has no table; it asks one thing at a time and looks at names.
		[ "$to" != CLIENT ] || named orchctl "$name" || wrong "$name: nothing in orchctl/ knows it"
		case $launcher in *" $name "*) continue ;; esac
		[ "$from" = ANY ] || named "$(folder_of "$from")" "$name" ||
		    wrong "$name: nothing in $(folder_of "$from")/ sends it"
	done
	for name in $(sed -n 's/^REPLY(\([a-z_]*\),.*/\1/p' protocol/messages.def); do
		grep -q "peer_reply([^;]*MSG_$name\\>" supervisor/*.c worker/*.c || wrong "$name: no peer_reply"
	done
	# A handler without a row would not compile; a row for nobody would.
	exit $status
}
