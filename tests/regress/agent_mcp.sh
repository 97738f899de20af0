#!/bin/sh
# An agent asks by the Model Context Protocol: what it may is listed, each does what the
# command of the same kind does, and what is not the protocol is answered as JSON-RPC says.
. "$(dirname "$0")/lib.sh"

new_repository "$work/repository"
cat >"$work/orch.yaml" <<'END'
projects:
  p: {verify: none, agent: a}
agents:
  a: {command: [sh]}
END
cat >"$work/tasks.yaml" <<'END'
tasks:
  - id: one
    files: [one]
    prompt: |
      orchctl mcp <<'MCP' >said
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
      {"jsonrpc":"2.0","method":"notifications/initialized"}
      {"jsonrpc":"2.0","id":2,"method":"tools/list"}
      {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"report_progress","arguments":{"text":"by MCP"}}}
      {"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"request_scope","arguments":{"paths":["two"]}}}
      {"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"discover_task","arguments":{"title":"More"}}}
      {"jsonrpc":"2.0","id":6,"method":"tools/call","params":{"name":"ask_person","arguments":{"question":"Why?"}}}
      {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"ask_person","arguments":{}}}
      {"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"task_add"}}
      {"jsonrpc":"2.0","id":9,"method":"resources/list"}
      {"jsonrpc":"2.0","id":10,"method":"ping"}
      not JSON
      7
      {"jsonrpc":"2.0","id":11,"method":"tools/call","params":{"name":"report_blocked","arguments":{"why":"said by MCP"}}}
      MCP
      echo "status $?" >>said
      cat said
END
orch 1 -c "$work/orch.yaml" "$work/tasks.yaml"
log=$state/logs/one/1.log
# said ID TEXT: in the answer to that request
said() { grep "^{\"id\":$1," "$log" | grep -qF "$2" || fail "request $1: no '$2' in $(cat "$log")"; }
said 1 '"protocolVersion":"2025-06-18"'
for tool in report_progress discover_task request_scope ask_person report_blocked; do
	said 2 "\"name\":\"$tool\""
done
said 3 '"isError":false'
said 4 granted
said 5 'registered as found-'
said 6 'nobody has answered yet'
said 7 '"isError":true'
said 8 '"code":-32602'
said 9 '"code":-32601'
said 10 '"result":{}'
said null '"code":-32700'
said null '"code":-32600'
said 11 '"isError":false'
has "$log" 'status 0'
equal "answers" 13 "$(grep -c '^{' "$log")"
has "$work/err" 'says: by MCP'
has "$work/out" 'asks: Why?'
nothing_left
ok "five tools"
