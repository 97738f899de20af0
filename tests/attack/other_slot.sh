#!/bin/sh
# The workspace, HOME, secrets and processes of another slot that works beside it, and the
# user's own HOME.
. "$(dirname "$0")/users_lib.sh"

once() {
	say "the-persons-key" >"$place/home/key"
	say "the-secret-of-rich" >"$place/home/secret"
	new_repository "$place/repository"
	cat >"$place/home/orch.yaml" <<-END
	projects:
	  run: {verify: none, workspace: $kind, retries: {failed: 0}, autonomy: L3}
	agents:
	  rich: {command: [sh], env: {secret: {SECRET: "file:$place/home/secret"}}, home: {texts: {own: the-own-file}}}
	  poor: {command: [sh]}
	END
	cat >"$place/home/tasks.yaml" <<-END
	tasks:
	  - id: rich
	    agent: rich
	    files: [rich.txt]
	    prompt: |
	      [ "\$SECRET" = "the-secret"-of-rich ] && [ "\$(cat ~/own)" = the-own-file ] || exit 1
	      echo the-workspace >rich.txt; echo the-home >~/rich; echo the-tmp >/tmp/rich
	      n=0; while [ \$n -lt 300 ] && [ ! -e ~/stop ]; do sleep 0.02; n=\$((n + 1)); done
	  - id: poor
	    agent: poor
	    files: [poor.txt]
	    prompt: |
	      sleep 0.5
	      found() { grep -rsalE "the-(secret-of-rich|workspace|home|tmp|own-file|persons-key)" "\$@" 2>/dev/null |
	          grep -v "^/proc/\$\$/\|^/proc/self/\|/workspace/\.git"; }
	      find / -xdev \\( -name rich -o -name rich.txt -o -name own \\) 2>/dev/null | grep -v '^/usr\|^/etc/\|^/opt' >seen
	      find $place $work /var/tmp /tmp /home /root "\$HOME" -type f 2>/dev/null | head -n 2000 >>list
	      found \$(cat list) >>seen
	      cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -a "the-[s]ecret-of-rich" >>seen
	      ps -ef 2>/dev/null | grep -a 'the-[s]ecret\|[s]lots/' >>seen
	      grep -E "$place/(home|state|run)/" list >>seen
	      for fd in /proc/[0-9]*/fd/*; do readlink "\$fd"; done 2>/dev/null | grep -F slots/ >>seen
	      rm -f list; mv seen poor.txt
	      echo end >>poor.txt
	END
	[ "$who" = "$(id -u)" ] || chown -R "$who:$who" "$place"
	status=0
	as env -C "$place/repository" XDG_RUNTIME_DIR="$place/run" timeout -k 5 60 orchctl run \
	    -c "$place/home/orch.yaml" --state "$place/state" -j 2 "$place/home/tasks.yaml" \
	    >"$place/out" 2>&1 </dev/null || status=$?
	[ $status = 0 ] || { cat "$place/out" "$place"/state/logs/*/*.log; fail "as $who in $kind: exit status $status"; }
	equal "what rich did" the-workspace "$(as git -C "$place/repository" show main:rich.txt)"
	equal "what poor saw, as $who in $kind" end "$(as git -C "$place/repository" show main:poor.txt)"
	! as grep -rlF the-secret-of-rich "$place/state" || fail "the secret is kept"
	nothing_left
	ok "as $who in $kind"
}
for_each_user once
