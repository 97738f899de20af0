/*
 * Where the folders of the inside are. In a sandbox they have the names of inside.h; without
 * one the worker says by ORCH_PLACE and ORCH_TREE what stands for /run/orch and /workspace.
 */
#ifndef ORCH_PLACE_H
#define ORCH_PLACE_H

/* The path that a path of the inside, or one behind "--option=", has here. Lives until the process ends. */
const char	*place(const char *path);

#endif
