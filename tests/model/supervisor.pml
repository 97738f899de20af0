/* The supervisor: settle, tickets, gates, on_commitd and project in one. See landing.pml. */

/* settle_done: one transaction draws the ticket; then it is sent. */
inline draw_ticket(t) {
	last_ticket++;
	row[last_ticket] = WAITING;
	task[t] = LANDING;
	if
	:: again[t] -> second[t] = last_ticket
	:: else -> first[t] = last_ticket
	fi;
	tell_commitd(ticket_enqueue, last_ticket, t)
}

/* settle_rework: the ticket is void and the task runs again, or is given up. */
inline rework(n, t) {
	/* Only what the landed tip says counts against a task. */
	assert(clashes(n, tree_of(branch)) || is_red(tree_of(branch) | (1 << n)));
	row[n] = VOID;
	if
	:: again[t] -> task[t] = BLOCKED
	:: else -> again[t] = true; task[t] = RUNNING
	fi;
	tell_commitd(ticket_void, n, 0)
}

/* tickets_resend, slots_hand_over_all: all that is not settled is told again. */
inline tell_again() {
	n = 1;
	do
	:: n > last_ticket -> break
	:: else ->
		if
		:: row[n] == WAITING && BUG != 10 -> tell_commitd(ticket_enqueue, n, task_of(n))
		:: row[n] == VOID && n >= a && BUG != 9 -> tell_commitd(ticket_void, n, 0)
		:: else -> skip
		fi;
		n++
	od;
	t = 0;
	do
	:: t == TASKS -> break
	:: else ->
		if
		:: task[t] == SAVED -> tell_commitd(result_accept, t, again[t])
		/* Settled, and the slot was not told any more: its worker reports it again. */
		:: task[t] == LANDING && last_ticket == current(t) ->
			if
			:: tell_commitd(result_accept, t, again[t])
			:: true -> skip
			fi
		:: else -> skip
		fi;
		t++
	od
}

/* ticket.landed: the receipt, and nothing else, completes a task. */
inline complete(n, t) {
	if
	:: task[t] != COMPLETE ->
		assert(has(upstream, n) && has(branch, n));
		assert(row[n] == WAITING || (n == cancelled && faster));
		row[n] = LANDED;
		task[t] = COMPLETE
	:: else -> skip
	fi
}

inline result(x) {
	task[x] = SAVED;
	if
	:: open -> tell_commitd(result_accept, x, again[x])
	:: else -> skip
	fi
}

/* What a supervisor forgets with its connection. */
inline forget_connection() {
	open = false;
	do
	:: nempty(to_supervisor) -> to_supervisor ? _, _, _
	:: empty(to_supervisor) -> break
	od;
	gate[1] = 0; gate[2] = 0; gate[3] = 0; gate[4] = 0;
#if TASKS == 3
	gate[5] = 0; gate[6] = 0;
#endif
}

inline cancel(x) {
	cancels--;
	cancelled = current(x);
	tell_commitd(ticket_void, cancelled, 0)
}

#define may_cancel(t)	(cancels > 0 && open && !finished && task[t] == LANDING)
#define heard(word)	(open && !finished && to_supervisor ? [word, _, _])
#define gating(n)	(open && !finished && gate[n] != 0)

proctype supervisor() {
	byte n, a, t;

	do
	/* A worker ends an attempt: what it made is on the slot's disk, and handed over. */
	:: d_step { task[0] == RUNNING -> result(0) }
	:: d_step { task[1] == RUNNING && (again[1] || again[0] || task[0] != RUNNING) -> result(1) }
#if TASKS == 3
	:: d_step { task[2] == RUNNING && (again[2] || again[1] || task[1] != RUNNING) -> result(2) }
#endif
	:: d_step { heard(result_accepted) -> to_supervisor ? _, t, a;
		/* Its slot may be cleaned now. */
		assert((pinned >> (t * 2 + a)) & 1);
		if
		:: (task[t] == SAVED && again[t] == a) || (BUG == 12 && task[t] == LANDING) -> draw_ticket(t)
		:: else -> skip
		fi;
		a = 0; t = 0
	}
	:: d_step { heard(gate_wanted) -> to_supervisor ? _, n, a;
		gate[n] = a;
		n = 0; a = 0
	}
	:: d_step { heard(gate_unwanted) -> to_supervisor ? _, n, _;
		gate[n] = 0;
		n = 0
	}
	:: d_step { heard(ticket_landed) -> to_supervisor ? _, n, _;
		t = task_of(n);
		complete(n, t);
		n = 0; t = 0
	}
	:: d_step { heard(ticket_stuck) -> to_supervisor ? _, n, _;
		t = task_of(n);
		if
		:: task[t] == LANDING && current(t) == n -> rework(n, t)
		:: else -> skip
		fi;
		n = 0; t = 0
	}
	:: d_step { heard(ticket_voided) -> to_supervisor ? _, n, _;
		/* It was durable before it was told. */
		assert(((voids >> n) & 1) || passed(n));
		t = task_of(n);
		if
		:: task[t] == LANDING && current(t) == n ->
			/* Nobody else asked for that. */
			assert(n == cancelled);
			row[n] = VOID;
			task[t] = CANCELLED
		:: else -> assert(row[n] == VOID)
		fi;
		n = 0; t = 0
	}
	/* A person cancels what is in line: the receipt decides, and it is asked for once. */
	:: d_step { may_cancel(0) -> cancel(0) }
	:: d_step { may_cancel(1) -> cancel(1) }
#if TASKS == 3
	:: d_step { may_cancel(2) -> cancel(2) }
#endif
	/* A gate ends: the verdict is stored, then told. */
	:: atomic {
		if
		:: gating(1) -> n = 1
		:: gating(2) -> n = 2
		:: gating(3) -> n = 3
		:: gating(4) -> n = 4
#if TASKS == 3
		:: gating(5) -> n = 5
		:: gating(6) -> n = 6
#endif
		fi;
		d_step {
			if
			:: is_red(gate[n]) -> tell_commitd(verdict_red, n, gate[n])
			:: else -> proved[n] = gate[n]; tell_commitd(verdict_pass, n, gate[n])
			fi;
			gate[n] = 0; n = 0
		}
	}
	:: d_step { open && commitd == DOWN && !finished -> forget_connection() }
	:: d_step { !open && commitd == DOWN && !finished -> forget_connection(); commitd = OPENING; life = (life + 1) & 3 }
	:: atomic { !open && to_supervisor ? [opened, _, _] -> to_supervisor ? _, a, _;
		open = true;
		tell_again();
		n = 0; a = 0; t = 0
	}
	:: finished -> break
	od
}
