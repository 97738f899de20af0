/* What systemd is told: see notify.h. */
#include "notify.h"

#include <systemd/sd-daemon.h>

void
notify_ready(struct supervisor *supervisor)
{
	size_t open = 0, i;

	for (i = 0; i < supervisor->project_count; i++)
		open += supervisor->projects[i]->state == PROJECT_OPEN;
	if (supervisor->project_count == 1)
		sd_notifyf(0, "READY=1\nSTATUS=project %s open, %ju slots", supervisor->config.projects[0].name,
		    (uintmax_t)supervisor->config.slots);
	else
		sd_notifyf(0, "READY=1\nSTATUS=%zu of %zu projects open, %ju slots", open,
		    supervisor->project_count, (uintmax_t)supervisor->config.slots);
}

void
notify_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}
