# Completion of orchctl for bash: commands, options, files, and the tasks that
# the supervisor knows.

# The words that follow from what has been typed so far; empty: file names.
_orchctl_words() {
	local command=$1 before=$2

	case $before in
	--order) echo completion plan; return ;;
	--method) echo squash rebase merge; return ;;
	--verify) echo none; return ;;
	--priority) echo 0 1 2; return ;;
	esac
	case $command in
	'') echo run plan add import export inbox list show logs status wait cancel approve reject answer retry pause drain halt resume prune notes events stats locks tickets slots debug stop doctor \
	    progress discover scope ask blocked mcp \
	    --socket --state --json --debug --help --version ;;
	run) echo -C --directory -c --config -j --jobs --order --method --verify --branch --agent --waves --state --keep --retry --approve --answer --json ;;
	plan) echo -j --jobs --order --waves --json ;;
	# What echo would take for its own stands behind another.
	add) echo -f --file -e --edit -p --project --again --id --title --prompt --agent --files --depends-on --priority \
	    --verify --estimate --timeout ;;
	list) [ "$before" = --state ] && echo PENDING AWAITING_APPROVAL RUNNING LANDING VERIFYING \
	    COMPLETE BLOCKED CANCELLED || echo --state --agent -p --project --blocked --limit --after --json ;;
	export) echo --queue --sql --json ;;
	import) echo -p --project --json ;;
	logs) echo -f --follow -a --attempt --json ;;
	wait) echo --timeout --json ;;
	cancel | approve | reject | retry | stop) echo --why --json ;;
	resume) echo -p --project --why --json ;;
	pause | halt) echo -p --project --why --json ;;
	drain) echo -p --project --why --wait --json ;;
	answer) echo --question --json ;;
	discover) echo --prompt --files --depends-on --low --json ;;
	scope) echo add --wait --json ;;
	ask) echo --wait --json ;;
	notes) echo show add -p --project --since --json ;;
	prune) echo --keep --json ;;
	events) echo -f --follow -p --project --after --since --task --type --limit --json ;;
	stats) echo --since -p --project --json ;;
	inbox) echo -p --project --json ;;
	tickets) echo -a --all -p --project --limit --json ;;
	doctor) echo --state --json ;;
	status | slots | locks) echo -p --project --json ;;
	show) echo --json ;;
	debug) echo -f --follow --signal --pause --resume --shell --json ;;
	esac
}

# Names of tasks, one a line; quick and silent when there is no supervisor.
_orchctl_tasks() {
	timeout 1 "$@" list 2>/dev/null | sed -e 1d -e 's/ .*//'
}

_orchctl() {
	local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local command='' word i words
	local -a call=(orchctl)

	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		case $word in
		-s | --socket | --state) call+=("$word" "${COMP_WORDS[i + 1]}"); i=$((i + 1)) ;;
		-*) ;;
		*) command=$word; break ;;
		esac
	done
	COMPREPLY=()
	case $command:$before in
	*:-C | *:--directory | *:-c | *:--config | *:--file | *:-s | *:--socket) compopt -o default; return ;;
	list:--state) ;;
	*:--state) compopt -o dirnames; return ;;
	esac
	words=$(_orchctl_words "$command" "$before")
	case $command in
	show | logs | wait | cancel | approve | reject | answer | retry)
		[[ $current == -* ]] || words=$(_orchctl_tasks "${call[@]}") ;;
	run | plan | add)
		case $before in
		--order | --method | --verify | --priority) ;;
		*) [[ $current == -* ]] || { compopt -o default; return; } ;;
		esac ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _orchctl orchctl
