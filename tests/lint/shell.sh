#!/bin/sh
# Every shell script can at least be read by its shell.
cd "$(dirname "$0")/../.." || exit 1
status=0

for file in $(find . -path ./.git -prune -o -path './build*' -prune -o -name node_modules -prune -o -type f -print); do
	shell=
	case $file in *.sh) shell=sh ;; esac
	case $(head -c 64 "$file" | tr -d '\0' | sed -n 1p) in
	'#!'*bash*) shell=bash ;;
	'#!'*/sh*|'#!'*'env sh'*) shell=sh ;;
	'#!'*) shell= ;;
	esac
	[ -n "$shell" ] || continue
	command -v "$shell" >/dev/null || { echo "$file: not read: $shell is not here"; continue; }
	"$shell" -n "$file" || status=1
done
exit $status
