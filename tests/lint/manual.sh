#!/bin/sh
# The manual pages are well formed; every option of options.def stands in
# orch.yaml(5) and in the example; what the examples say is accepted.
cd "$(dirname "$0")/../.." || exit 1
build=${ORCH_BUILD:-build}
status=0
checked=0
skipped=

for page in man/*.[1-8] "$build"/man/*.[1-8]; do
	[ -e "$page" ] || continue
	command -v mandoc >/dev/null || { skipped="mandoc is not here"; break; }
	checked=$((checked + 1))
	mandoc -T lint -W warning "$page" || status=1
done

# Every key of a file by its whole name, examples behind '#' too:
#    projects.example.limits.timeout
keys() {
	sed 's/^\([ ]*\)#\([a-z ]\)/\1\2/' "$1" | awk '
	    match($0, /^ *[A-Za-z_-]+:/) {
		key = substr($0, 1, RLENGTH - 1)
		depth = match(key, /[^ ]/)
		key = substr(key, depth)
		while (level > 0 && at[level] >= depth)
			level--
		at[++level] = depth
		name[level] = key
		path = name[1]
		for (i = 2; i <= level; i++)
			path = path "." name[i]
		print path
	    }'
}

sed -n 's/^OPTION("\([^"]*\)", *\([A-Z]*\),.*/\1 \2/p' supervisor/options.def >"${TMPDIR:-/tmp}/options.$$"
example=$(keys etc/orch.yaml)
while read -r option where; do
	full=$option
	[ "$where" = TOP ] || full=projects.example.$option
	printf '%s\n' "$example" | grep -qxF "$full" || {
		echo "etc/orch.yaml: does not show $full"
		status=1
	}
	[ -e man/orch.yaml.5 ] || continue
	# By its whole name, or as an item below the word before the dot.
	last=${option##*.}
	grep -qF "$option" man/orch.yaml.5 || grep -qE "^\.It .*[^a-z_]$last([^a-z_]|\$)" man/orch.yaml.5 || {
		echo "man/orch.yaml.5: does not tell of $option"
		status=1
	}
done <"${TMPDIR:-/tmp}/options.$$"
rm -f "${TMPDIR:-/tmp}/options.$$"
for option in extends $(sed -n 's/^AGENT("\([^"]*\)",.*/\1/p' supervisor/agent_options.def); do
	sed -n '/^\.Ss Agents/,/^\.Ss Values/p' man/orch.yaml.5 |
	    grep -qE "^\.It Ic (.* )?$option( |\$)" || {
		echo "man/orch.yaml.5: does not tell of agents.NAME.$option"
		status=1
	}
done
[ -e man/orch.yaml.5 ] || skipped="man/orch.yaml.5 is not there yet"

# What is shipped is accepted by the program it is for.
if [ -x "$build/bin/orchd" ]; then
	"$build/bin/orchd" -n -c etc/orch.yaml >/dev/null || status=1
	for file in etc/agents/*.yaml; do
		name=${file##*/}
		"$build/bin/orchd" -1 -n -C . -c "$file" -o verify=none -o branch=main \
		    -o agent="${name%.yaml}" >/dev/null || { echo "$file: is not accepted"; status=1; }
	done
else
	skipped="$build/bin/orchd is not built"
fi
[ -z "$skipped" ] || echo "not all was checked: $skipped"
if [ $status = 0 ] && [ $checked = 0 ]; then
	echo "skipped: ${skipped:-there is no manual page yet}"
	exit 77
fi
exit $status
