/* A plan as text: waves, a bar for each task, how long it takes. */
#ifndef ORCH_PRINT_PLAN_H
#define ORCH_PRINT_PLAN_H

#include "tasks/plan.h"

void	print_plan_text(const struct task_list *list, const struct plan *plan);

#endif
