#!/bin/sh
# Setup where it meets other options: its own network stands instead of the project's named
# destinations; where there is no sandbox a network that cannot be kept is refused at once;
# a file that setup leaves closed is no trouble to a checkout, and a path that is copied
# later than setup has made it belongs to another layer.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
say .env >"$work/repository/.gitignore"
in_repository add .
in_repository commit -q -m "Ignore"
perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => shift, Listen => 1) or exit 1' "$work/there.sock"
cat >"$work/tasks.yaml" <<END
tasks:
  - {id: a, title: A, prompt: p, command: [sh, -c, "test -S $work/there.sock && cat seen >seen-by-a; cat .env >env"]}
END
cat >"$work/orch.yaml" <<END
projects:
  p: {verify: none, network: {allow: ["unix:$work/there.sock"]}, setup: {network: off, command: "ls -d $work/there.sock >seen 2>&1; echo x >closed; chmod 0 closed; echo made >.env"}, workspace: checkout}
END
orch 0 -c "$work/orch.yaml" "$work/tasks.yaml"
in_repository show main:seen-by-a | grep -q 'No such file' || fail "setup sees what the project allows: $(in_repository show main:seen-by-a)"
equal "what setup made" made "$(in_repository show main:env)"
ok "setup has its own network"

say copied >"$work/repository/.env"
sed -i 's/workspace: checkout/workspace: checkout, copy: [.env]/' "$work/orch.yaml"
sed 's/id: a/id: b/; s/seen-by-a/seen-by-b/' "$work/tasks.yaml" >"$work/more.yaml"
orch 0 -c "$work/orch.yaml" "$work/more.yaml"
equal "what is copied" copied "$(in_repository show main:env)"
ok "what is copied comes before what setup made"

sed -i 's/network: {allow: [^}]*}, //; s/workspace: checkout/sandbox: none/' "$work/orch.yaml"
state=$work/state2
orch 2 -c "$work/orch.yaml" "$work/tasks.yaml"
has "$work/err" "setup.network: off"
nothing_left
ok "a network that cannot be kept is refused"
