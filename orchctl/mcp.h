/*
 * The agent's socket as a server of the Model Context Protocol: JSON-RPC 2.0 on standard
 * input and output, one message a line. Source: the specification of MCP, revision
 * 2025-06-18 (lifecycle, tools, transport stdio).
 */
#ifndef ORCH_MCP_H
#define ORCH_MCP_H

/* Serves until the end of the input: EXIT_DONE, or EXIT_UNFINISHED when it cannot be read. */
int	mcp_serve(void);

#endif
