/*
 * A model of the store and a slow reference of the scheduler, for
 * test_schedule_random: what each task is, and by looking at all of them what may
 * start, who is first, and what becomes of a wish for more scope.
 */
#ifndef ORCH_SCHEDULE_MODEL_H
#define ORCH_SCHEDULE_MODEL_H

#include "tasks/schedule.h"

#define MODEL_TASKS	400
#define MODEL_GROUPS	4
#define MODEL_AGENTS	3
#define MODEL_DEPENDENCIES 4
#define MODEL_PATTERNS	24
#define MODEL_TAKEN_OUT	4	/* patterns that take out; their bits and places come behind */
#define MODEL_SCOPES	2000
#define NONE SCHEDULE_NODE_NONE

enum model_state { PENDING, RUNNING, LANDING, COMPLETE, FAILED };

struct model_task {
	enum model_state state;
	size_t group, agent, number, wave, batch;
	unsigned priority;
	uint64_t estimate, not_before, since, started_at;
	int64_t expected;
	uint32_t scope, wants;		/* bits of patterns; 0: anywhere, nothing */
	size_t dependencies[MODEL_DEPENDENCIES], dependency_count;
	bool leased, held;		/* leased: started, and not final since */
	size_t starts;			/* of its group when it could first start */
	bool counted;
};

struct model_group {
	struct schedule_group rules;
	bool paused;
	size_t running, numbered, waves, starts;
	int64_t settled;
};

struct model_agent {
	unsigned cap;
	bool paused;
	size_t running;
};

struct model {
	struct schedule *schedule;
	struct model_task tasks[MODEL_TASKS];
	struct model_group groups[MODEL_GROUPS];
	struct model_agent agents[MODEL_AGENTS];
	size_t count, group_count, agent_count, slots, batches;
	size_t wanting[MODEL_TASKS], wanting_count;
	struct { size_t node; bool granted; } told[MODEL_TASKS];
	size_t told_count;
	uint64_t now;
	int64_t virtual_time;
	bool in_waves;			/* numbers follow waves */
	struct { uint32_t bits; struct scope *scope; } scopes[MODEL_SCOPES];
	size_t scope_count;
	unsigned long long seed;
};

void	 model_init(struct model *model, unsigned long long seed);
void	 model_release(struct model *model);
unsigned model_roll(struct model *model, unsigned sides);
/* The scope of these patterns, kept as long as the model. */
const struct scope *model_scope(struct model *model, uint32_t bits);
bool	 model_meet(const struct model *model, uint32_t a, uint32_t b);
bool	 model_final(const struct model_task *task);
/* Neither final nor behind what has failed. */
bool	 model_live(const struct model *model, size_t node);
size_t	 model_lowest(const struct model *model, size_t group);
/* Has all it depends on, its time has come, nobody has to release it. */
bool	 model_due(const struct model *model, size_t node);
/* Whose lease is in the way of a scope for a node, NONE: nobody's. */
size_t	 model_holder(const struct model *model, size_t node, uint32_t scope);
/* May it start now, reservations and the number of slots aside? */
bool	 model_startable(const struct model *model, size_t node);
/* Of two startable ones of a group: does a come first? */
bool	 model_before(const struct model *model, size_t a, size_t b);
/* What a start with this estimate counts for at once. */
int64_t	 model_expected(const struct model_group *group, uint64_t estimate);
/* What a group has used in virtual time, and that with what is expected of what runs. */
int64_t	 model_used(const struct model *model, size_t group);
int64_t	 model_claim(const struct model *model, size_t group);
/* Before a slot is given away: who can start nothing in its turn lets it go by. */
void	 model_turn(struct model *model);
/* Changes of state with what follows for slots, shares, leases and wishes. */
void	 model_start(struct model *model, size_t node);
void	 model_lands(struct model *model, size_t node);
void	 model_again(struct model *model, size_t node, uint64_t not_before, bool give_back);
void	 model_end(struct model *model, size_t node, enum model_state state);
enum schedule_extension model_extend(struct model *model, size_t node, uint32_t scope, bool wait);
void	 model_forget_wish(struct model *model, size_t node);

#endif
