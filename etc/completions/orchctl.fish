# Completion of orchctl for fish.

set -l commands run plan add import export inbox list show logs status wait cancel approve reject answer retry pause drain halt resume prune notes events stats locks tickets slots debug stop doctor progress discover scope ask blocked mcp

function __orchctl_tasks
    timeout 1 orchctl list 2>/dev/null | sed -e 1d -e 's/ .*//'
end

complete -c orchctl -n "not __fish_seen_subcommand_from $commands" -f -a "$commands"
complete -c orchctl -s s -l socket -r -F -d 'control socket'
complete -c orchctl -l state -r -d 'state folder'
complete -c orchctl -l json -d 'for programs'
complete -c orchctl -s h -l help -d 'usage'
complete -c orchctl -l version -d 'version'

complete -c orchctl -n '__fish_seen_subcommand_from run' -s C -l directory -r -d 'repository'
complete -c orchctl -n '__fish_seen_subcommand_from run' -s c -l config -r -F -d 'configuration'
complete -c orchctl -n '__fish_seen_subcommand_from run plan' -s j -l jobs -x -d 'slots'
complete -c orchctl -n '__fish_seen_subcommand_from run plan' -l order -x -a 'completion plan'
complete -c orchctl -n '__fish_seen_subcommand_from run plan' -l waves -d 'with barriers'
complete -c orchctl -n '__fish_seen_subcommand_from run' -l method -x -a 'squash rebase merge'
complete -c orchctl -n '__fish_seen_subcommand_from run' -l verify -x -a none
complete -c orchctl -n '__fish_seen_subcommand_from run' -l branch -x
complete -c orchctl -n '__fish_seen_subcommand_from run add' -l agent -x
complete -c orchctl -n '__fish_seen_subcommand_from run' -l keep
complete -c orchctl -n '__fish_seen_subcommand_from run' -l retry
complete -c orchctl -n '__fish_seen_subcommand_from run' -l approve
complete -c orchctl -n '__fish_seen_subcommand_from run' -l answer -x

complete -c orchctl -n '__fish_seen_subcommand_from add' -s f -l file -r -F -d 'tasks file'
complete -c orchctl -n '__fish_seen_subcommand_from add' -s e -l edit -d 'in an editor'
complete -c orchctl -n '__fish_seen_subcommand_from add' -l again -d 'known ones are fine'
for option in id title prompt files verify estimate
    complete -c orchctl -n '__fish_seen_subcommand_from add' -l $option -x
end
complete -c orchctl -n '__fish_seen_subcommand_from add' -l depends-on -x -a '(__orchctl_tasks)'
complete -c orchctl -n '__fish_seen_subcommand_from add' -l priority -x -a '0 1 2'
complete -c orchctl -n '__fish_seen_subcommand_from add wait' -l timeout -x
complete -c orchctl -n '__fish_seen_subcommand_from logs events debug' -s f -l follow -d 'follow'
complete -c orchctl -n '__fish_seen_subcommand_from logs' -s a -l attempt -x -d 'attempt'
for option in after since task type limit
    complete -c orchctl -n '__fish_seen_subcommand_from events' -l $option -x
end
for option in agent limit after
    complete -c orchctl -n '__fish_seen_subcommand_from list' -l $option -x
end
complete -c orchctl -n '__fish_seen_subcommand_from list' -l blocked
complete -c orchctl -n '__fish_seen_subcommand_from list' -l state -x -a 'PENDING AWAITING_APPROVAL RUNNING LANDING VERIFYING COMPLETE BLOCKED CANCELLED'
complete -c orchctl -n '__fish_seen_subcommand_from list inbox stats notes' -s p -l project -x
complete -c orchctl -n '__fish_seen_subcommand_from tickets' -s a -l all
complete -c orchctl -n '__fish_seen_subcommand_from tickets' -l limit -x
complete -c orchctl -n '__fish_seen_subcommand_from add import status slots locks tickets events' -s p -l project -x -d 'project'
complete -c orchctl -n '__fish_seen_subcommand_from cancel approve reject retry stop pause drain halt resume' -l why -x
complete -c orchctl -n '__fish_seen_subcommand_from pause drain halt resume' -s p -l project -x
complete -c orchctl -n '__fish_seen_subcommand_from drain' -l wait
complete -c orchctl -n '__fish_seen_subcommand_from answer' -l question -x -d 'to this one'
complete -c orchctl -n '__fish_seen_subcommand_from debug' -l signal -x -d 'to its agent'
for option in pause resume shell
    complete -c orchctl -n '__fish_seen_subcommand_from debug' -l $option
end
for option in prompt files depends-on
    complete -c orchctl -n '__fish_seen_subcommand_from discover' -l $option -x
end
complete -c orchctl -n '__fish_seen_subcommand_from discover' -l low -d 'can wait'
complete -c orchctl -n '__fish_seen_subcommand_from scope ask' -l wait -x -d 'so long at most'
complete -c orchctl -n '__fish_seen_subcommand_from scope' -f -a add
complete -c orchctl -n '__fish_seen_subcommand_from show logs wait cancel approve reject answer retry' -f -a '(__orchctl_tasks)'
complete -c orchctl -n '__fish_seen_subcommand_from export' -l queue -d 'the older JSON queue'
complete -c orchctl -n '__fish_seen_subcommand_from export' -l sql -d 'the whole database'
complete -c orchctl -n '__fish_seen_subcommand_from stats' -l since -x
complete -c orchctl -n '__fish_seen_subcommand_from prune' -l keep -x
complete -c orchctl -n '__fish_seen_subcommand_from list status slots events stop doctor' -f
complete -c orchctl -n '__fish_seen_subcommand_from notes' -f -a 'show add (__orchctl_tasks)'
complete -c orchctl -n '__fish_seen_subcommand_from notes' -l since -x
