# What the scripts share that look at whole runs as root and as a user without any right, in
# each kind of workspace: `as` runs a command as the user of this part, $who, with HOME in
# $place; `for_each_user` calls once for each.
ORCH_TEST_TMP=${ORCH_TEST_TMP:-/var/tmp}	# seen in the sandbox, as /tmp is not
. "$(dirname "$0")/../regress/lib.sh"

nobody=4242
chmod 711 "$work"

as() {
	if [ "$who" = "$(id -u)" ]; then
		HOME=$place/home PATH=$PATH${more_path:-} "$@"
	else
		HOME=$place/home PATH=$PATH${more_path:-} \
		    setpriv --reuid "$who" --regid "$who" --clear-groups "$@"
	fi
}

# for_each_user COMMAND...: with $who set, and $kind to each of $kinds; $place is fresh.
for_each_user() {
	users=$(id -u)
	if [ "$users" = 0 ]; then
		users="0 $nobody"
	else
		say "not tried as root: the test does not run as root"
	fi
	for who in $users; do
		for kind in ${kinds:-overlay checkout}; do
			place=$work/$who.$kind
			mkdir -p "$place/home" "$place/run"
			"$@"
		done
	done
}
