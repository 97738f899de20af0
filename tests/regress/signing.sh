#!/bin/sh
# What lands is signed by a configured key, SSH or OpenPGP, has the author, committer and
# message that the project wants, and an agent's own commit keeps its words; a key that
# cannot sign stops the line and says so.
. "$(dirname "$0")/lib.sh"
for program in ssh-keygen gpg; do
	command -v $program >/dev/null || skip "$program is not installed"
done

new_repository "$work/first"
cat >"$work/tasks.yaml" <<'END'
tasks:
  - {id: none, title: No commit, prompt: "Do it.\nNow.\n\nMore.", command: [sh, -c, "echo 4 >four"]}
  - {id: own, title: Own commit, prompt: p, command: [sh, -c, "echo 1 >one; git add -A; git -c user.name=Ann commit -qm 'My words'"]}
END
ssh-keygen -q -t ed25519 -N '' -C '' -f "$work/key"
say "robot@example.org $(cat "$work/key.pub")" >"$work/signers"

# configure KEY FORMAT
configure() {
	cat >"$work/orch.yaml" <<END
projects:
  repository:
    author: A Robot <robot@example.org>
    committer: Lander <lands@example.org>
    message: "{task}: {title} by {agent}\n\n{text} {unknown}"
    sign: {key: "$1", format: $2}
END
	rm -rf "$work/repository"
	git clone -q "$work/first" "$work/repository"
	state=$work/state-$2
}
field() { in_repository log -1 "--format=$1" "$2"; }

configure "$work/key" ssh
orch 0 -c "$work/orch.yaml" --order plan --verify none "$work/tasks.yaml"
in_repository config gpg.ssh.allowedSignersFile "$work/signers"
for commit in main main~1; do
	in_repository verify-commit $commit >"$work/log" 2>&1 || fail "$commit: $(cat "$work/log")"
done
equal "author" "A Robot <robot@example.org>" "$(field '%an <%ae>' main~1)"
equal "committer" "Lander <lands@example.org>" "$(field '%cn <%ce>' main~1)"
equal "message" "none: No commit by command" "$(field %s main~1)"
field %b main~1 >"$work/body"
has "$work/body" "Now. {unknown}"
equal "own author" "Ann" "$(field %an main)"
equal "own words" "My words" "$(field %s main)"
ok "signed by an SSH key, in the project's words"

GNUPGHOME=$work/gnupg
export GNUPGHOME
mkdir -m 700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-gen-key lands@example.org default default never 2>"$work/log" ||
    fail "no key: $(cat "$work/log")"
children="$children $(pgrep -f "gpg-agent.*$GNUPGHOME" || :)"
configure lands@example.org openpgp
orch 0 -c "$work/orch.yaml" --order plan --method rebase --verify none "$work/tasks.yaml"
for commit in main main~1; do
	in_repository verify-commit $commit >"$work/log" 2>&1 || fail "$commit: $(cat "$work/log")"
done
gpgconf --kill gpg-agent
ok "signed by an OpenPGP key"

rm "$work/key"
configure "$work/key" ssh
state=$work/state-none
orch 2 -c "$work/orch.yaml" --verify none "$work/tasks.yaml"
has "$work/err" "sign.key: ssh-keygen cannot sign with '$work/key'"
equal "nothing landed" First "$(field %s main)"
say "projects: {repository: {author: Nobody}}" >"$work/orch.yaml"
orch 2 -c "$work/orch.yaml" --verify none "$work/tasks.yaml"
has "$work/err" "projects.repository.author: 'Nobody' is not NAME <EMAIL>"
ok "what cannot be is said"
