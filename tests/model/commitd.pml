/* commitd: intake, queue, land, upstream and recover in one. See landing.pml. */

/* A push against a lease that nobody can meet any more is as good as gone. */
inline forget_late() {
	if
	:: !late || late_from != upstream -> late = false; late_to = 0; late_from = 0; late_list = 0
	:: else -> skip
	fi
}

inline end_push() {
	push = IDLE; push_to = 0; push_from = 0; push_list = 0
}

/* commitd is gone; a push under way may arrive all the same. */
inline end_commitd() {
	commitd = DOWN;
	do
	:: nempty(to_commitd) -> to_commitd ? _, _, _
	:: empty(to_commitd) -> break
	od;
	n = 1;
	do
	:: n > TICKETS -> break
	:: else -> queue[n] = ABSENT; candidate[n] = 0; n++
	od;
	if
	:: push == FLYING ->
		late = true; late_to = push_to; late_from = push_from; late_list = push_list
	:: else -> skip
	fi;
	forget_late();
	end_push();
	next = 0; todo = 0; ahead = false; unseen = false; later = 0; n = 0;
#if BUG == 1
	to_pin = 0;
#endif
}

inline pass_over() {
	do
	:: next <= TICKETS && (queue[next] == VOID || queue[next] == LANDED) -> next++
	:: else -> break
	od
}

/* queue_work: the first that needs a candidate, no more than WINDOW in work. */
inline find_work() {
	pass_over();
	m = next; seen = 0; todo = 0;
	do
	:: m > TICKETS || queue[m] == ABSENT || seen == WINDOW -> break
	:: else ->
		if
		:: queue[m] == QUEUED -> todo = m; break
		:: queue[m] == STUCK -> break
		:: queue[m] == GATING || queue[m] == PROVED -> seen++
		:: else -> skip
		fi;
		m++
	od;
	m = 0; seen = 0
}

/* queue_rebuild_after: candidates behind stand on what is not there any more. */
inline rebuild_after(x) {
	m = x + 1;
	do
	:: m > TICKETS || BUG == 14 -> break
	:: else ->
		if
		:: queue[m] == GATING || queue[m] == PROVED || queue[m] == ASIDE ->
			assert(push == IDLE || !has(push_to, m) || push == REFUSED || push == UNKNOWN);
			if
			:: queue[m] == GATING -> tell_supervisor(gate_unwanted, m, 0)
			:: else -> skip
			fi;
			queue[m] = QUEUED; candidate[m] = 0
		:: else -> skip
		fi;
		m++
	od;
	m = 0
}

inline make_candidate() {
	h = branch;
	m = next;
	do
	:: m == todo -> break
	:: else ->
		if
		:: queue[m] == GATING || queue[m] == PROVED -> h = candidate[m]
		:: else -> skip
		fi;
		m++
	od;
	/* The change would be there already. */
	assert(!has(h, m));
	assert(depth_of(h) < 4);
	candidate[m] = child_of(h, m);
	if
	:: clashes(m, tree_of(h)) -> queue[m] = ASIDE
	:: else -> queue[m] = GATING; tell_supervisor(gate_wanted, m, tree_of(candidate[m]))
	fi;
	h = 0; m = 0
}

/* ticket_void: the reference first; then it is told. */
inline make_void(x) {
#if BUG != 17
	voids = voids | (1 << x);
#endif
	/* It landed, or may: by a push of which nobody waits for the answer any more. */
	faster = faster || has(upstream, x) || has(late_to, x);
	if
	:: queue[x] == GATING -> tell_supervisor(gate_unwanted, x, 0)
	:: else -> skip
	fi;
	if
	:: queue[x] == GATING || queue[x] == PROVED -> rebuild_after(x)
	:: else -> skip
	fi;
	queue[x] = VOID; candidate[x] = 0;
	tell_supervisor(ticket_voided, x, 0)
}

/* give_back: nothing of it is there, so that what was cancelled meanwhile can be void. */
inline void_later() {
	if
	:: later != 0 -> reach(7); make_void(later); later = 0
	:: else -> skip
	fi
}

/* land: the proved ones at the head go in one push, each on the list before. */
inline begin_landing() {
	/* Nothing leaves before the first look. */
	assert(!unseen);
	m = next; h = 0;
	do
	:: m > TICKETS -> break
	:: else ->
		if
		:: queue[m] == PROVED ->
			assert(parent_of(candidate[m]) == (h == 0 -> branch : h));
			/* No commit lands whose own tree was not proved. */
			assert(proved[m] == tree_of(candidate[m]));
			h = candidate[m];
#if BUG == 2
			tell_supervisor(ticket_landed, m, 0)
#endif
		:: queue[m] == VOID -> skip
		:: else -> break
		fi;
		m++
	od;
	push = LISTED;
	push_to = h; push_from = branch;
	push_list = upstream_list & ((1 << depth_of(branch)) - 1);
#if BUG != 13
	push_list = push_list | (((1 << depth_of(h)) - 1) & ~((1 << depth_of(branch)) - 1));
#endif
	h = 0; m = 0
}

#define listed(h)	((upstream_list >> (depth_of(h) - 1)) & 1)

/*
 * The upstream is ahead: the branch follows it. With commits of ours, by a push that
 * arrived late or before a look that there was not, the project is opened again: as
 * after a crash, what landed is read.
 */
inline follow() {
	assert(is_below(branch, upstream));
	h = upstream; seen = 0;
	do
	:: h == branch || BUG == 8 -> break
	:: else ->
		if
		:: ticket_of(h) != OTHER && listed(h) -> seen = 1
		:: else -> skip
		fi;
		h = parent_of(h)
	od;
	branch = upstream;
	ahead = false;
	if
	:: seen == 1 -> end_commitd()
	:: else -> void_later(); rebuild_after(0); find_work()
	fi;
	h = 0; seen = 0
}

/*
 * project_open: what landed is read from `tip`, the list and the void references. That
 * is the upstream, or where the upstream cannot be reached the branch: go_without. Several effects in one step, because each is taken for what it is
 * when the step is begun again.
 */
inline open_project(tip) {
	assert(is_below(branch, upstream));
	a = 0;
#if BUG == 5
	h = branch;
#else
	h = tip;
#endif
	do
	:: h == 0 -> break
	:: else ->
		if
		:: ticket_of(h) == OTHER && BUG == 4 -> n = FORGED
		:: ticket_of(h) != OTHER && listed(h) -> n = ticket_of(h)
		:: else -> n = 0
		fi;
		if
		:: n != 0 ->
			queue[n] = LANDED;
			if
			:: n > a -> a = n
			:: else -> skip
			fi
		:: else -> skip
		fi;
		h = parent_of(h)
	od;
	branch = tip;
	cloned = 1;
	next = a + 1;
	m = 1;
	do
	:: m > TICKETS -> break
	:: else ->
		if
		/* The line has passed it and it did not land. */
		:: m <= a && queue[m] != LANDED -> queue[m] = VOID
		:: m > a && ((voids >> m) & 1) -> queue[m] = VOID
		:: else -> skip
		fi;
		if
		:: m <= a -> voids = voids & ~(1 << m)
		:: else -> skip
		fi;
		m++
	od;
	pass_over();
	commitd = UP;
	tell_supervisor(opened, next, 0);
	h = 0; a = 0; m = 0; n = 0
}

#define lives		((commitd == UP || commitd == ORPHAN) && push != LISTED && !finished)
#define told(word)	(lives && !ahead && to_commitd ? [word, _, _])
/* Red or in conflict: that is final when it is first in line and stands on the landed tip. */
#define judged(n)	(lives && queue[n] == ASIDE && (n == next || BUG == 6))

proctype commitd_process() {
	byte n, a, t, m, seen;
	int h;

	do
	:: d_step { commitd == OPENING && !finished -> open_project(upstream) }
	:: d_step { commitd == OPENING && !finished && cloned && faults > 0 ->
		faults--;
		open_project(branch);
		unseen = true
	}
	:: d_step { told(result_accept) -> to_commitd ? _, t, a;
#if BUG == 1
		to_pin = to_pin | (1 << (t * 2 + a));
#else
		pinned = pinned | (1 << (t * 2 + a));
#endif
		tell_supervisor(result_accepted, t, a);
		t = 0; a = 0
	}
#if BUG == 1
	:: d_step { lives && to_pin != 0 -> pinned = pinned | to_pin; to_pin = 0 }
#endif
	:: d_step { told(ticket_enqueue) -> to_commitd ? _, n, t;
		if
		:: queue[n] == ABSENT || queue[n] == STUCK ->
			assert((pinned >> (t * 2 + (second[t] == n))) & 1);
			if
			:: queue[n] == STUCK -> rebuild_after(n)
			:: else -> skip
			fi;
			queue[n] = QUEUED
		:: queue[n] == LANDED -> tell_supervisor(ticket_landed, n, 0)
		:: queue[n] == VOID -> reach(1); tell_supervisor(ticket_voided, n, 0)
		:: queue[n] == GATING -> tell_supervisor(gate_wanted, n, tree_of(candidate[n]))
		:: else -> skip
		fi;
		find_work();
		n = 0; t = 0
	}
	:: d_step { told(ticket_void) -> to_commitd ? _, n, _;
		if
		:: queue[n] == LANDED -> reach(2); tell_supervisor(ticket_landed, n, 0)
		:: queue[n] == VOID -> reach(3); tell_supervisor(ticket_voided, n, 0)
		/* Under way: its receipt decides. */
		:: has(push_to, n) && BUG != 18 -> reach(6); later = n
		:: else ->
			if
			:: queue[n] == GATING -> reach(4)
			:: queue[n] == PROVED -> reach(5)
			:: else -> skip
			fi;
			make_void(n)
		fi;
		find_work();
		n = 0
	}
	:: d_step { told(verdict_pass) -> to_commitd ? _, n, a;
		if
		:: queue[n] == GATING && (tree_of(candidate[n]) == a || BUG == 7) -> queue[n] = PROVED
		:: else -> skip
		fi;
		n = 0; a = 0
	}
	:: d_step { told(verdict_red) -> to_commitd ? _, n, a;
		if
		:: queue[n] == GATING && tree_of(candidate[n]) == a ->
			queue[n] = ASIDE;
			rebuild_after(n)
		:: else -> skip
		fi;
		find_work();
		n = 0; a = 0
	}
	:: d_step { lives && todo != 0 -> make_candidate(); find_work() }
	:: atomic {
		if
		:: judged(1) -> n = 1
		:: judged(2) -> n = 2
		:: judged(3) -> n = 3
		:: judged(4) -> n = 4
#if TASKS == 3
		:: judged(5) -> n = 5
		:: judged(6) -> n = 6
#endif
		fi;
		d_step {
			if
			:: parent_of(candidate[n]) == branch || BUG == 6 ->
				tell_supervisor(ticket_stuck, n, 0);
				queue[n] = STUCK; candidate[n] = 0
			:: else -> rebuild_after(n - 1)
			fi;
			find_work();
			n = 0
		}
	}
	:: d_step { lives && push == IDLE && !ahead && (!unseen || BUG == 15) && queue[next] == PROVED ->
		begin_landing()
	}
	:: d_step { (commitd == UP || commitd == ORPHAN) && push == LISTED && !finished -> push = FLYING }
	/* The branch first; then the receipts. */
	:: d_step { lives && push == DONE ->
#if BUG != 3
		branch = push_to;
#endif
		h = push_to;
		do
		:: h == push_from -> break
		:: else ->
			queue[ticket_of(h)] = LANDED; candidate[ticket_of(h)] = 0;
			tell_supervisor(ticket_landed, ticket_of(h), 0);
			h = parent_of(h)
		od;
		h = 0; later = 0;
		end_push();
		find_work()
	}
	/*
	 * It did not hear that all is well, and looks at the upstream. Where that is as
	 * it was, the push is tried again.
	 */
	:: d_step { lives && (push == REFUSED || push == UNKNOWN) ->
		ahead = upstream != branch && upstream != push_to;
		if
		:: is_below(push_to, upstream) && push_to != 0 -> push = DONE
		:: else ->
			end_push();
			if
			:: !ahead -> void_later()
			:: else -> skip
			fi;
			find_work()
		fi
	}
	/* The first look of one that was opened without. */
	:: d_step { lives && unseen && push == IDLE ->
		unseen = false;
#if BUG == 16
		branch = upstream; rebuild_after(0); find_work()
#else
		if
		:: upstream != branch -> reach(8); ahead = true
		:: else -> skip
		fi
#endif
	}
	:: d_step { lives && push == IDLE && ahead -> follow() }
	:: finished -> break
	od
}
