#!/bin/sh
# Every other option of its .git that names a program. None of the collector's commands
# asks for one of these, so that this holds even if they read its configuration: what it
# proves is that none is run later, by commitd or in the user's checkout. Those that Git
# does ask for have scripts of their own: hooks, fsmonitor, filter_driver, ssh_command.
. "$(dirname "$0")/lib.sh" <<'AGENT'
git commit -q --allow-empty -m one
for option in core.pager core.editor core.askPass core.gitProxy core.alternateRefsCommand sequence.editor \
    credential.helper gpg.program gpg.ssh.program diff.external interactive.diffFilter uploadpack.packObjectsHook \
    remote.origin.uploadpack remote.origin.receivepack remote.origin.vcs browser.x.cmd difftool.x.cmd mergetool.x.cmd \
    man.x.cmd sendemail.smtpServer trailer.x.command trailer.x.cmd alias.add alias.rev-parse alias.diff-index \
    alias.write-tree alias.commit-tree pager.diff-tree pager.rev-list pager.add pager.status guitool.x.cmd \
    web.browser instaweb.httpd hook.x.command submodule.x.update tar.x.command; do
	git config $option "!$PAYLOAD"
	[ $option = credential.helper ] || git config $option "$PAYLOAD #"
	planted $option
done
git config commit.gpgSign true
git config core.pager "sh -c '$PAYLOAD'"
git config init.templateDir /workspace/template
program template/hooks/post-checkout
AGENT
attack
