#!/bin/sh
# PATH has the person's whole HOME, and a folder that has what orch keeps: nothing of that is
# shown, though who runs orch may read it all.
. "$(dirname "$0")/users_lib.sh"

once() {
	mkdir "$place/keeps"
	more_path=:$place/home:$place/keeps
	chmod 700 "$place/home" "$place/keeps"
	say "the-key-of-the-person" >"$place/home/key"
	chmod 600 "$place/home/key"
	new_repository "$place/repository"
	say "projects: {run: {verify: none, workspace: $kind, retries: {failed: 0}}}" >"$place/orch.yaml"
	cat >"$place/tasks.yaml" <<-END
	tasks:
	  - id: a
	    command: [sh]
	    prompt: |
	      for file in $place/home/key $place/keeps/state/orch.db $place/keeps/state/version; do
	          cat "\$file" >/dev/null 2>&1 && echo "\$file" >>seen
	      done
	      echo end >>seen
	END
	[ "$who" = "$(id -u)" ] || chown -R "$who:$who" "$place"
	as env -C "$place/repository" XDG_RUNTIME_DIR="$place/run" timeout -k 5 60 orchctl run \
	    -c "$place/orch.yaml" --state "$place/keeps/state" -j 1 "$place/tasks.yaml" \
	    >"$place/out" 2>&1 </dev/null || { cat "$place/out"; fail "as $who in $kind: it does not run"; }
	equal "seen as $who in $kind" end "$(as git -C "$place/repository" show main:seen)"
	nothing_left
	ok "as $who in $kind"
}
for_each_user once
