/* What systemd is told: see notify.h. */
#include "notify.h"

#include <systemd/sd-daemon.h>

void
notify_ready(struct supervisor *supervisor)
{
	sd_notifyf(0, "READY=1\nSTATUS=project %s open, %ju slots", supervisor->config.projects[0].name,
	    (uintmax_t)supervisor->config.slots);
}

void
notify_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}
