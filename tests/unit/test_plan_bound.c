/*
 * How good plans are: against the lower bound and against random lists on random
 * graphs, and on graphs that were published. Prints the figures, those of waves
 * beside them. Everything random is fixed here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "tasks/plan.h"

#define TASKS 100
#define GRAPHS 200
#define LISTS 1000
#define PREDECESSORS TASKS

struct graph {
	size_t count;
	uint64_t time[TASKS];
	bool waits_for[TASKS][TASKS];
};

static unsigned long long seed;

static unsigned
roll(unsigned sides)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)((seed >> 24) % sides);
}

static void
make_list(const struct graph *graph, struct task_list *list)
{
	size_t i, k, count;

	*list = (struct task_list){ mem_zero(graph->count, sizeof(*list->tasks)), graph->count };
	for (i = 0; i < graph->count; i++) {
		list->tasks[i].id = str_format("t%zu", i);
		list->tasks[i].estimate = graph->time[i];
		list->tasks[i].priority = 1;
		list->tasks[i].depends_on = mem_zero(PREDECESSORS + 1, sizeof(char *));
		for (k = count = 0; k < graph->count; k++)
			if (graph->waits_for[i][k])
				list->tasks[i].depends_on[count++] = str_format("t%zu", k);
	}
}

static uint64_t
makespan(const struct task_list *list, unsigned slots, bool waves, uint64_t *bound)
{
	struct plan *plan = plan_new(list, &(struct plan_rules){ slots, false, waves });
	uint64_t result = plan->makespan;

	assert_int_equal(plan->schedule_count, list->count);
	*bound = plan->lower_bound;
	plan_free(plan);
	return result;
}

/* Who waits for each task, and for how many it waits. */
struct lists {
	size_t after[TASKS][TASKS], after_count[TASKS], missing[TASKS];
};

static void
make_lists(const struct graph *graph, struct lists *lists)
{
	size_t i, k;

	*lists = (struct lists){ .after_count = { 0 } };
	for (i = 0; i < graph->count; i++)
		for (k = 0; k < graph->count; k++)
			if (graph->waits_for[i][k]) {
				lists->after[k][lists->after_count[k]++] = i;
				lists->missing[i]++;
			}
}

/*
 * What a list takes: whenever a slot is free, the first of the list whose
 * dependencies are complete. Written down here, not the scheduler's.
 */
static uint64_t
list_makespan(const struct graph *graph, const struct lists *lists, unsigned slots,
    const size_t *list)
{
	uint64_t ready[2] = { 0, 0 }, ends[TASKS], now = 0;
	size_t missing[TASKS], place[TASKS], running[TASKS], count = 0, i, first, task;

	memcpy(missing, lists->missing, sizeof(missing));
	for (i = 0; i < graph->count; i++) {
		place[list[i]] = i;
		if (missing[list[i]] == 0)
			ready[i / 64] |= 1ull << i % 64;
	}
	for (;;) {
		while (count < slots && (ready[0] | ready[1]) != 0) {
			i = ready[0] != 0 ? 0 : 1;
			first = (size_t)__builtin_ctzll(ready[i]);
			ready[i] &= ready[i] - 1;
			task = list[64 * i + first];
			ends[task] = now + graph->time[task];
			running[count++] = task;
		}
		if (count == 0)
			return now;
		for (i = 1, first = 0; i < count; i++)
			if (ends[running[i]] < ends[running[first]])
				first = i;
		now = ends[running[first]];
		for (i = 0; i < count;) {
			task = running[i];
			if (ends[task] != now) {
				i++;
				continue;
			}
			running[i] = running[--count];
			for (first = 0; first < lists->after_count[task]; first++)
				if (--missing[lists->after[task][first]] == 0)
					ready[place[lists->after[task][first]] / 64] |=
					    1ull << place[lists->after[task][first]] % 64;
		}
	}
}

static int
compare(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

static uint64_t
median_of_lists(const struct graph *graph, unsigned slots)
{
	static struct lists lists;
	uint64_t results[LISTS];
	size_t list[TASKS], i, k, other;

	make_lists(graph, &lists);
	for (i = 0; i < graph->count; i++)
		list[i] = i;
	for (k = 0; k < LISTS; k++) {
		for (i = graph->count; i-- > 1;) {
			size_t at = roll((unsigned)i + 1);

			other = list[i];
			list[i] = list[at];
			list[at] = other;
		}
		results[k] = list_makespan(graph, &lists, slots, list);
	}
	qsort(results, LISTS, sizeof(*results), compare);
	return results[LISTS / 2];
}

/* Edges from lower to higher tasks, each with the probability `density`; times of 1 to 300. */
static void
random_graph(struct graph *graph, unsigned density)
{
	size_t i, k;

	*graph = (struct graph){ .count = TASKS };
	for (i = 0; i < TASKS; i++) {
		graph->time[i] = 1 + roll(300);
		for (k = 0; k < i; k++)
			graph->waits_for[i][k] = roll(1000) < density;
	}
}

static void
test_random_graphs(void **state)
{
	/* Edges of a thousand pairs: 25 to 500 of a graph. */
	static const unsigned densities[] = { 5, 10, 20, 50, 100 }, slots[] = { 4, 8 };
	static struct graph graph;
	struct task_list list;
	uint64_t bound, took, median, waves;
	double excess, over_all = 0, by_waves, to_median;
	size_t d, s, i;

	(void)state;
	seed = 20240601;
	print_message("edges/1000  slots  over bound  with waves  random lists' median\n");
	for (d = 0; d < COUNT(densities); d++)
		for (s = 0; s < COUNT(slots); s++) {
			excess = by_waves = to_median = 0;
			for (i = 0; i < GRAPHS / COUNT(densities); i++) {
				random_graph(&graph, densities[d]);
				make_list(&graph, &list);
				took = makespan(&list, slots[s], false, &bound);
				waves = makespan(&list, slots[s], true, &bound);
				median = median_of_lists(&graph, slots[s]);
				assert_true(took >= bound);
				if (took > median)
					fail_msg("graph %zu of %u: %llu, the median list takes %llu", i,
					    densities[d], (unsigned long long)took,
					    (unsigned long long)median);
				excess += (double)took / (double)bound - 1;
				by_waves += (double)waves / (double)bound - 1;
				to_median += (double)median / (double)bound - 1;
				task_list_release(&list);
			}
			excess /= (double)i;
			over_all += excess;
			print_message("%10u %6u %10.1f%% %10.1f%% %10.1f%%\n", densities[d], slots[s],
			    100 * excess, 100 * by_waves / (double)i, 100 * to_median / (double)i);
		}
	over_all /= (double)(COUNT(densities) * COUNT(slots));
	print_message("on average %.2f%% over the bound\n", 100 * over_all);
	assert_true(over_all <= 0.05);
}

/* ---- published graphs ---- */

struct published {
	const char *name;
	size_t count;
	const uint64_t *time;
	const unsigned char (*edges)[2];	/* which waits, and for which; from 1 */
	size_t edge_count;
	struct { unsigned slots; uint64_t bound, expected; } runs[3];	/* expected: of ours */
};

/*
 * R. L. Graham: Bounds on multiprocessing timing anomalies, SIAM Journal on
 * Applied Mathematics 17 (1969), the example of nine tasks: on 3 processors 12,
 * the optimum, with the list 1 to 9; with the same list on 4 it takes 15.
 */
static const uint64_t graham_time[] = { 3, 2, 2, 2, 4, 4, 4, 4, 9 };
static const unsigned char graham_edges[][2] = { { 9, 1 }, { 5, 4 }, { 6, 4 }, { 7, 4 }, { 8, 4 } };

/*
 * The same paper: 2m + 1 tasks without dependencies, on m processors, for which
 * the longest first takes 4m - 1 and the best is 3m; the worst case there is.
 */
static const uint64_t longest_time[] = { 7, 7, 6, 6, 5, 5, 4, 4, 4 };

/*
 * H. Kasahara, S. Narita: Practical multiprocessor scheduling algorithms for
 * efficient parallel processing, IEEE Transactions on Computers C-33 (1984): the
 * control of a robot's arm. As robot.stg in T. Tobita, H. Kasahara: A standard
 * task graph set for fair evaluation of multiprocessor scheduling algorithms,
 * Journal of Scheduling 5 (2002): 88 tasks, 131 edges, mean time 28.215909,
 * critical path 569.
 */
static const uint64_t robot_time[] = { 1, 1, 5, 5, 10, 28, 5, 10, 1, 57, 66, 38, 15, 24, 10, 15, 10,
	10, 24, 40, 32, 57, 15, 10, 38, 53, 10, 12, 39, 4, 24, 24, 15, 10, 32, 57, 66, 12, 39, 28, 40,
	12, 10, 57, 32, 66, 15, 24, 39, 28, 40, 12, 111, 84, 38, 39, 28, 69, 42, 10, 24, 12, 39, 42, 12,
	28, 24, 40, 24, 24, 28, 40, 40, 38, 24, 36, 10, 24, 10, 12, 40, 24, 8, 24, 24, 36, 24, 24 };
static const unsigned char robot_edges[][2] = { { 3, 1 }, { 4, 1 }, { 5, 1 }, { 6, 1 }, { 6, 4 },
	{ 7, 1 }, { 8, 1 }, { 9, 5 }, { 9, 6 }, { 10, 5 }, { 11, 5 }, { 12, 5 }, { 13, 6 }, { 14, 6 },
	{ 15, 6 }, { 16, 2 }, { 16, 7 }, { 16, 8 }, { 17, 2 }, { 18, 9 }, { 19, 12 }, { 19, 15 },
	{ 19, 17 }, { 20, 9 }, { 20, 18 }, { 21, 9 }, { 22, 9 }, { 23, 9 }, { 24, 9 }, { 25, 9 },
	{ 26, 9 }, { 27, 9 }, { 28, 10 }, { 28, 13 }, { 29, 11 }, { 29, 14 }, { 29, 19 }, { 30, 19 },
	{ 31, 26 }, { 31, 27 }, { 31, 30 }, { 32, 20 }, { 33, 20 }, { 34, 21 }, { 35, 21 }, { 36, 21 },
	{ 37, 21 }, { 38, 22 }, { 38, 23 }, { 39, 24 }, { 39, 25 }, { 39, 31 }, { 40, 31 }, { 41, 20 },
	{ 41, 34 }, { 42, 33 }, { 42, 36 }, { 43, 35 }, { 44, 35 }, { 45, 35 }, { 46, 35 }, { 47, 41 },
	{ 48, 41 }, { 49, 32 }, { 49, 37 }, { 50, 40 }, { 51, 41 }, { 51, 43 }, { 52, 44 }, { 52, 47 },
	{ 53, 45 }, { 54, 45 }, { 55, 45 }, { 56, 46 }, { 56, 48 }, { 56, 50 }, { 57, 50 }, { 58, 51 },
	{ 59, 51 }, { 60, 51 }, { 61, 55 }, { 61, 57 }, { 61, 60 }, { 62, 53 }, { 62, 58 }, { 63, 54 },
	{ 63, 59 }, { 63, 61 }, { 64, 63 }, { 65, 62 }, { 65, 64 }, { 66, 65 }, { 67, 56 }, { 68, 56 },
	{ 69, 52 }, { 69, 66 }, { 69, 67 }, { 70, 49 }, { 71, 69 }, { 72, 49 }, { 72, 68 }, { 73, 39 },
	{ 73, 72 }, { 74, 72 }, { 75, 42 }, { 75, 70 }, { 75, 71 }, { 76, 74 }, { 76, 75 }, { 77, 39 },
	{ 78, 38 }, { 78, 76 }, { 78, 77 }, { 79, 73 }, { 80, 29 }, { 80, 73 }, { 81, 16 }, { 81, 80 },
	{ 82, 29 }, { 83, 78 }, { 83, 79 }, { 84, 28 }, { 84, 82 }, { 84, 83 }, { 85, 80 }, { 86, 84 },
	{ 86, 85 }, { 87, 16 }, { 88, 3 }, { 88, 86 }, { 88, 87 } };

static const struct published graphs[] = {
	{ "Graham, 9 tasks", COUNT(graham_time), graham_time, graham_edges, COUNT(graham_edges),
	    { { 3, 12, 12 }, { 4, 12, 12 }, { 1, 34, 34 } } },
	{ "longest first at its worst", COUNT(longest_time), longest_time, NULL, 0,
	    { { 4, 12, 15 }, { 8, 7, 8 }, { 1, 48, 48 } } },
	{ "robot control", COUNT(robot_time), robot_time, robot_edges, COUNT(robot_edges),
	    { { 2, 1242, 1243 }, { 4, 621, 662 }, { 8, 569, 573 } } },
};

static void
test_published(void **state)
{
	static struct graph graph;
	struct task_list list;
	uint64_t bound, took, waves;
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(graphs); i++) {
		const struct published *published = &graphs[i];

		graph = (struct graph){ .count = published->count };
		memcpy(graph.time, published->time, published->count * sizeof(uint64_t));
		for (k = 0; k < published->edge_count; k++)
			graph.waits_for[published->edges[k][0] - 1][published->edges[k][1] - 1] = true;
		make_list(&graph, &list);
		for (k = 0; k < COUNT(published->runs); k++) {
			took = makespan(&list, published->runs[k].slots, false, &bound);
			waves = makespan(&list, published->runs[k].slots, true, &bound);
			print_message("%s on %u: %llu, bound %llu, with waves %llu\n", published->name,
			    published->runs[k].slots, (unsigned long long)took,
			    (unsigned long long)bound, (unsigned long long)waves);
			assert_int_equal(bound, published->runs[k].bound);
			assert_int_equal(took, published->runs[k].expected);
			assert_true(waves >= took);
		}
		task_list_release(&list);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published), cmocka_unit_test(test_random_graphs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
