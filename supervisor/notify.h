/* What systemd is told, when it started us: sd_notify(3). */
#ifndef ORCH_NOTIFY_H
#define ORCH_NOTIFY_H

#include "supervisor/supervisor.h"

/* Listening and the project open. */
void	notify_ready(struct supervisor *supervisor);
void	notify_stopping(void);

#endif
