#!/bin/sh
# Arguments that are not UTF-8 are refused in words, with exit status 2, before
# anything is sent: which one it is, and why. The path of a tasks file may be any bytes.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
bad=$(printf 'caf\351')
cat >"$work/$bad.yaml" <<'END'
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "echo a >a"]}
END
orch 0 --verify none "$work/$bad.yaml"
ok "the path of a tasks file"

# refused TEXT COMMAND...
refused() {
	text=$1
	shift
	expect 2 orchctl "$@"
	has "$work/err" "$text"
	has "$work/err" "not UTF-8"
	! grep -q 'do not understand' "$work/err" || fail "$*: $(cat "$work/err")"
}
refused prompt add --prompt "$bad"
refused title add --title "$bad" --prompt p
refused "argument 3" add --prompt p -- sh -c "$bad"
refused "argument 2" cancel a "$bad"
refused "argument 2" retry --why "$bad" a
refused "argument 1" show "$bad"
refused "argument 1" logs "$bad"
refused "argument 1" wait "$bad"
refused verify run -C "$work/repository" --state "$work/s" --verify "echo $bad" "$work/$bad.yaml"
refused branch run -C "$work/repository" --state "$work/s" --verify none --branch "$bad" "$work/$bad.yaml"
refused state run -C "$work/repository" --state "$work/s$bad" --verify none "$work/$bad.yaml"
refused agent run -C "$work/repository" --state "$work/s" --verify none --agent "$bad" "$work/$bad.yaml"
new_repository "$work/$bad"
refused "repository" run -C "$work/$bad" --state "$work/s" --verify none "$work/$bad.yaml"
[ ! -e "$work/s" ] && [ ! -e "$work/s$bad" ] || fail "a state folder was made"
nothing_left
ok "what cannot be sent"
