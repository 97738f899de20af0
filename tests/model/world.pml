/* The network, the upstream behind it, somebody else, and crashes. See landing.pml. */

/* Order, and exactly once: tickets of a history go up, and no task is there twice. */
inline check_history() {
	h = upstream; n = 7;
	do
	:: h == 0 -> break
	:: else ->
		if
		:: ticket_of(h) == OTHER -> skip
		:: else ->
			assert(ticket_of(h) < n);
			n = ticket_of(h);
			/* What a person cancelled may have been faster. */
			assert(row[n] != VOID || (n == cancelled && faster));
			assert(first[task_of(n)] == n || !has(upstream, first[task_of(n)]))
		fi;
		h = parent_of(h)
	od;
	h = 0; n = 0
}

/* A push reaches the upstream, which holds it against the lease. */
inline arrive(to, list) {
	/* Nobody's commit is lost. */
	assert(is_below(upstream, to));
	upstream = to;
	upstream_list = list;
	check_history()
}

proctype network() {
	int h;
	byte n;

	do
	:: d_step { push == FLYING && !finished ->
		if
		:: upstream == push_from || BUG == 11 ->
			arrive(push_to, push_list);
			push = DONE
		:: else -> push = REFUSED
		fi;
		forget_late()
	}
	/* It arrives, but the answer does not. */
	:: d_step { push == FLYING && !finished && faults > 0 && upstream == push_from ->
		faults--;
		arrive(push_to, push_list);
		push = UNKNOWN;
		forget_late()
	}
	/* It takes too long, and is on its way still. */
	:: d_step { push == FLYING && !finished && faults > 0 ->
		faults--;
		late = true; late_to = push_to; late_from = push_from; late_list = push_list;
		push = UNKNOWN;
		forget_late()
	}
	:: d_step { late -> arrive(late_to, late_list); late = false; forget_late() }
	:: d_step { late -> late = false; forget_late() }
	/* Somebody else pushes; the commit says that it is ticket FORGED. */
	:: d_step { moves > 0 && !finished ->
		moves--;
		upstream = (upstream << 5) | OTHER;
		forget_late()
	}
	:: finished && !late -> break
	od
}

/* ---- crashes ---- */

proctype crash() {
	byte n;

	do
	:: d_step { crashes > 0 && (commitd == UP || commitd == OPENING) && !finished ->
		crashes--;
		end_commitd()
	}
	:: d_step { commitd == ORPHAN && !finished -> end_commitd() }
	:: d_step { crashes > 0 && !finished ->
		crashes--;
		forget_connection();
		if
		:: commitd == UP -> commitd = ORPHAN
		:: commitd == OPENING -> end_commitd()
		:: else -> skip
		fi
	}
	:: finished -> break
	od
}
