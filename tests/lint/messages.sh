#!/bin/sh
# No dead message: each row of messages.def has a handler where it is addressed
# to, a place that sends it where it comes from, and each REPLY is given.
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
	esac
}

# named FOLDER NAME: is it used there, other than as a place in a table?
named() {
	cat "$1"/*.[ch] | sed 's/\[MSG_[a-z_]*\]//g' | grep -qw "MSG_$2"
}

sed -n 's/^MESSAGE(\([a-z_]*\), *"[^"]*", *\([A-Z]*\), *\([A-Z]*\),.*/\1 \2 \3/p' protocol/messages.def |
{
	while read -r name from to; do
		folder=$(folder_of "$to")
		if [ "$to" = ANY ]; then
			for folder in supervisor worker commitd; do
				grep -qF "[MSG_$name]" $folder/*.c || wrong "$name: no handler in $folder/"
			done
		elif grep -q '^[[:space:]]*\[MSG_' "$folder"/*.c; then
			grep -qF "[MSG_$name]" "$folder"/*.c || wrong "$name: no handler [MSG_$name] in $folder/"
		else
			# A client asks one thing at a time and looks at names.
			named "$folder" "$name" || wrong "$name: nothing in $folder/ knows it"
		fi
		[ "$from" = ANY ] || named "$(folder_of "$from")" "$name" ||
		    wrong "$name: nothing in $(folder_of "$from")/ sends it"
	done
	for name in $(sed -n 's/^REPLY(\([a-z_]*\),.*/\1/p' protocol/messages.def); do
		grep -q "peer_reply([^;]*MSG_$name\\>" supervisor/*.c || wrong "$name: no peer_reply"
	done
	# A handler without a row would not compile; a row for nobody would.
	exit $status
}
