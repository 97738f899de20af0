#!/bin/sh
# tasks.sh SRC OUT SEED [plan|completion [scope]]: writes a tasks file (JSON,
# which is YAML too) with one task for each commit of the history at SRC (see
# history.sh). The patch is the prompt; author, date and message go beside it in
# the environment, with a delay drawn from SEED. For `completion` a patch spells
# renames out, so that it fits only what it was made from, whatever landed
# before. With `scope` a task declares the paths of its patch.
set -eu
LC_ALL=C
export LC_ALL
source=$1
out=$2
seed=$3
order=${4:-plan}
scope=${5:-}
here=$(cd "$(dirname "$0")" && pwd)

# A text from standard input as a JSON string; the last newline is kept.
string() {
	awk 'BEGIN {
		for (i = 1; i < 32; i++)
			escape[sprintf("%c", i)] = sprintf("\\u%04x", i)
		escape["\t"] = "\\t"; escape["\r"] = "\\r"; escape["\177"] = "\\u007f"
		escape["\""] = "\\\""; escape["\\"] = "\\\\"
		printf "\""
	}
	{
		rest = $0
		while (match(rest, /[\001-\037"\\\177]/)) {
			printf "%s%s", substr(rest, 1, RSTART - 1), escape[substr(rest, RSTART, 1)]
			rest = substr(rest, RSTART + 1)
		}
		printf "%s\\n", rest
	}
	END { printf "\"" }'
}
# The same without the newline at its end.
word() { printf '%s\n' "$1" | string | sed 's/\\n"$/"/'; }

renames=-M
[ "$order" = plan ] || renames=--no-renames
agent=$(grep -v '^#' "$here/agent.sh" | string)
number=0
{
	printf '{"tasks": ['
	for commit in $(git -C "$source" rev-list --reverse replay-base..main); do
		[ $number -eq 0 ] || printf ','
		number=$((number + 1))
		printf '\n{"id": "c%02d", "title": %s,\n' $number "$(word "$(git -C "$source" log -1 --format=%s "$commit")")"
		printf '"command": ["sh", "-c", %s],\n' "$agent"
		printf '"env": {"DELAY": "%s", "MESSAGE": "%s",\n' \
		    "$(awk -v n=$number -v seed="$seed" 'BEGIN {
			r = (seed * 7919 + n * 104729) % 2147483647
			for (i = 0; i < 5; i++) r = (r * 16807) % 2147483647
			printf "%.3f", (int(r / 7) % 300) / 1000 }')" \
		    "$(git -C "$source" cat-file commit "$commit" | sed '1,/^$/d' | base64 | tr -d '\n')"
		printf '"AUTHOR_NAME": %s, "AUTHOR_EMAIL": %s, "AUTHOR_DATE": %s},\n' \
		    "$(word "$(git -C "$source" log -1 --format=%an "$commit")")" \
		    "$(word "$(git -C "$source" log -1 --format=%ae "$commit")")" \
		    "$(word "$(git -C "$source" log -1 --date=raw --format=%ad "$commit")")"
		if [ -n "$scope" ]; then
			printf '"files": ['
			git -C "$source" diff-tree -r -z --no-commit-id --name-only --no-renames "$commit" |
			    tr '\0' '\n' | while IFS= read -r path; do
				printf '%s%s' "${comma:-}" "$(word "$path")"
				comma=', '
			done
			printf '],\n'
		fi
		printf '"prompt": %s}' "$({
			printf 'From %s Mon Sep 17 00:00:00 2001\nFrom: Replay <replay@example.org>\n' "$commit"
			printf 'Date: Thu, 1 Jan 1970 00:00:00 +0000\nSubject: replay\n\n---\n'
			git -C "$source" diff-tree -p --no-commit-id --binary --full-index "$renames" -U"${ORCH_REPLAY_CONTEXT:-5}" "$commit"
		} | string)"
	done
	printf '\n]}\n'
} >"$out"
