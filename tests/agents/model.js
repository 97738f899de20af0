// A model that is no model: does what the prompt says, word for word, in the
// protocols that agents speak: /v1/chat/completions, /v1/responses, /v1/messages.
//
//    node model.js PORT-FILE LOG-FILE
//
// Listens on a free port of 127.0.0.1, which it writes to PORT-FILE. It keeps
// nothing of a conversation: its place in it is the number of tool results since
// the last prompt, so any number of agents share one server and resume works.
//
// In a prompt, one a line:
//    append the line TEXT to file NAME      run command COMMAND
//    create file NAME with content TEXT     say TEXT
//    fault NAME...                          for the first request, or all
// Faults: 400, 401, 429, 500, 503 (an error each time); 'limit SECONDS' (429, and
// when it may be tried again); silent (no answer, ever); cut, garbage, empty;
// badtool (calls a tool that is not there, for ever); loop (runs 'true', for ever).
//
// Each answer k, from 0, uses 1000 + 100 k tokens of input, 500 of them from a
// cache from the second on, and 50 of output.
"use strict";
const fs = require("fs"), http = require("http");
const [portFile, logFile] = process.argv.slice(2);
let serial = 0, inFlight = 0, most = 0;

function log(line) {
	fs.appendFileSync(logFile, JSON.stringify({ time: Date.now() / 1000, ...line }) + "\n");
}

// ---- what was asked: the last prompt, and how many tools have answered since ----

function textOf(content) {
	if (typeof content === "string")
		return content;
	return (content || []).map(part => part.text || "").join("\n");
}

const isOrder = text => /^\s*(append the line|create file|run command|say|fault) /m.test(text);

function conversation(path, body) {
	const items = path.endsWith("/responses") ?
		(typeof body.input === "string" ? [{ role: "user", content: body.input }] : body.input) :
		body.messages;
	let prompt = "", results = 0;
	for (const item of items || []) {
		if (item.type === "function_call_output" || item.type === "custom_tool_call_output" ||
		    item.role === "tool")
			results++;
		else if (item.role === "user" && Array.isArray(item.content) &&
		    item.content.some(part => part.type === "tool_result"))
			results++;
		else if (item.role === "user" && isOrder(textOf(item.content)))
			[prompt, results] = [textOf(item.content), 0];
	}
	return { prompt, results };
}

function orders(prompt) {
	const list = [];
	for (const line of prompt.split("\n")) {
		let found;
		if ((found = /^\s*append the line (.*) to file (\S+)\s*$/.exec(line)))
			list.push({ command: `printf '%s\\n' '${found[1]}' >>'${found[2]}'` });
		else if ((found = /^\s*create file (\S+) with content (.*)$/.exec(line)))
			list.push({ command: `printf '%s\\n' '${found[2]}' >'${found[1]}'` });
		else if ((found = /^\s*run command (.*)$/.exec(line)))
			list.push({ command: found[1] });
		else if ((found = /^\s*say (.*)$/.exec(line)))
			list.push({ say: found[1] });
		else if ((found = /^\s*fault (.*)$/.exec(line)))
			list.fault = found[1].trim().split(/\s+/);
	}
	return list;
}

// ---- the tool that runs a command, by its name and its own schema ----

function shellTool(body) {
	const names = ["exec_command", "shell_command", "shell", "local_shell", "bash", "run_shell_command"];
	const tools = (body.tools || []).map(tool => tool.function || tool);
	for (const name of names) {
		const tool = tools.find(one => one.name === name);
		if (!tool)
			continue;
		const schema = tool.parameters || tool.input_schema || {};
		const properties = schema.properties || {}, given = {};
		const key = ["cmd", "command", "script"].find(one => properties[one]) || "command";
		return command => {
			given[key] = (properties[key] || {}).type === "array" ?
				["sh", "-c", command] : command;
			for (const needed of schema.required || [])
				if (given[needed] === undefined)
					given[needed] = (properties[needed] || {}).type === "boolean" ? false :
						/number|integer/.test((properties[needed] || {}).type) ? 10000 : "run";
			return { name, given };
		};
	}
	return null;
}

function answer(body, talk) {
	const list = orders(talk.prompt), tool = shellTool(body);
	if (!body.tools || body.tools.length === 0)
		return { text: "a title" };
	const fault = (list.fault || [])[0];
	if (fault === "badtool")
		return { call: { name: "no_such_tool", given: {} } };
	if (fault === "loop")
		return { call: tool("true") };
	const commands = list.filter(one => one.command !== undefined);
	if (talk.results < commands.length && tool)
		return { call: tool(commands[talk.results].command) };
	const said = list.filter(one => one.say !== undefined).map(one => one.say);
	return { text: said.length > 0 ? said.join("\n") : "done" };
}

// ---- the three protocols ----

function usageOf(k) {
	return { input: 1000 + 100 * k, cached: k > 0 ? 500 : 0, output: 50 };
}

function events(response, named) {
	response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
	return data => response.write((named ? `event: ${data.type}\n` : "") + `data: ${JSON.stringify(data)}\n\n`);
}

function sendChat(response, body, what, usage) {
	const id = `chatcmpl-${++serial}`, created = Math.floor(Date.now() / 1000);
	const used = { prompt_tokens: usage.input, completion_tokens: usage.output,
		total_tokens: usage.input + usage.output, prompt_tokens_details: { cached_tokens: usage.cached } };
	const call = what.call && { index: 0, id: `call_${serial}`, type: "function",
		function: { name: what.call.name, arguments: JSON.stringify(what.call.given) } };
	const reason = what.call ? "tool_calls" : "stop";
	if (!body.stream) {
		response.writeHead(200, { "content-type": "application/json" });
		response.end(JSON.stringify({ id, object: "chat.completion", created, model: body.model, usage: used,
			choices: [{ index: 0, finish_reason: reason, message: { role: "assistant",
				content: what.text || null, tool_calls: call ? [call] : undefined } }] }));
		return;
	}
	const send = events(response, false);
	const chunk = (delta, finish, rest) => send({ id, object: "chat.completion.chunk", created,
		model: body.model, choices: [{ index: 0, delta, finish_reason: finish }], ...rest });
	chunk({ role: "assistant", content: "" }, null);
	if (call)
		chunk({ tool_calls: [call] }, null);
	else
		for (let at = 0; at < what.text.length; at += 40)
			chunk({ content: what.text.slice(at, at + 40) }, null);
	chunk({}, reason);
	send({ id, object: "chat.completion.chunk", created, model: body.model, choices: [], usage: used });
	response.end("data: [DONE]\n\n");
}

function sendResponses(response, body, what, usage) {
	const id = `resp_${++serial}`, send = events(response, true);
	const item = what.call ?
		{ type: "function_call", id: `fc_${serial}`, call_id: `call_${serial}`, name: what.call.name,
			arguments: JSON.stringify(what.call.given), status: "completed" } :
		{ type: "message", id: `msg_${serial}`, role: "assistant", status: "completed",
			content: [{ type: "output_text", text: what.text, annotations: [] }] };
	send({ type: "response.created", response: { id, status: "in_progress", output: [] } });
	send({ type: "response.output_item.added", output_index: 0, item });
	send({ type: "response.output_item.done", output_index: 0, item });
	send({ type: "response.completed", response: { id, status: "completed", output: [item],
		usage: { input_tokens: usage.input, input_tokens_details: { cached_tokens: usage.cached },
			output_tokens: usage.output, output_tokens_details: { reasoning_tokens: 0 },
			total_tokens: usage.input + usage.output } } });
	response.end();
}

function sendMessages(response, body, what, usage) {
	const id = `msg_${++serial}`, send = events(response, true);
	const used = { input_tokens: usage.input - usage.cached, cache_read_input_tokens: usage.cached,
		cache_creation_input_tokens: 0, output_tokens: usage.output };
	send({ type: "message_start", message: { id, type: "message", role: "assistant", model: body.model,
		content: [], stop_reason: null, usage: { ...used, output_tokens: 0 } } });
	if (what.call) {
		send({ type: "content_block_start", index: 0, content_block: { type: "tool_use",
			id: `toolu_${serial}`, name: what.call.name, input: {} } });
		send({ type: "content_block_delta", index: 0, delta: { type: "input_json_delta",
			partial_json: JSON.stringify(what.call.given) } });
	} else {
		send({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } });
		send({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: what.text } });
	}
	send({ type: "content_block_stop", index: 0 });
	send({ type: "message_delta", delta: { stop_reason: what.call ? "tool_use" : "end_turn" }, usage: used });
	send({ type: "message_stop" });
	response.end();
}

function sendError(response, status, headers, error) {
	response.writeHead(status, { "content-type": "application/json", ...headers });
	response.end(JSON.stringify({ error }));
}

// True when a fault has answered, or has not.
function faulty(response, fault, talk) {
	const names = { 400: "bad request", 401: "Incorrect API key provided", 429: "Rate limit reached",
		500: "server error", 503: "Service Unavailable" };
	if (!fault)
		return false;
	if (names[fault[0]]) {
		sendError(response, Number(fault[0]), {}, { message: names[fault[0]], type: "error", code: fault[0] });
	} else if (fault[0] === "limit") {
		const seconds = Number(fault[1] || 60);
		sendError(response, 429, {}, { type: "usage_limit_reached", plan_type: "pro",
			message: `You have hit your usage limit; it resets in ${seconds} seconds`,
			resets_at: Math.floor(Date.now() / 1000) + seconds, resets_in_seconds: seconds });
	} else if (fault[0] === "silent") {
		log({ event: "silent" });
	} else if (fault[0] === "cut") {
		events(response, false)({ type: "response.created", response: { id: "cut" }, choices: [] });
		response.destroy();
	} else if (fault[0] === "garbage") {
		response.writeHead(200, { "content-type": "application/json" });
		response.end("\x00\x01<html>{");
	} else {
		return false;
	}
	return true;
}

function serve(request, response, text) {
	const path = request.url.split("?")[0];
	if (request.method === "GET" && path.endsWith("/models")) {
		response.writeHead(200, { "content-type": "application/json" });
		response.end(JSON.stringify({ object: "list", data: [{ id: "mock-1", object: "model" }] }));
		return;
	}
	let body;
	try {
		body = JSON.parse(text);
	} catch (error) {
		sendError(response, 400, {}, { message: "not JSON", type: "error" });
		return;
	}
	const talk = conversation(path, body);
	const fault = orders(talk.prompt).fault;
	log({ event: "request", path, prompt: talk.prompt.slice(0, 200), results: talk.results, inFlight, most,
		key: (request.headers.authorization || request.headers["x-api-key"] || "").slice(-12),
		tools: (body.tools || []).map(tool => (tool.function || tool).name) });
	if (faulty(response, fault, talk))
		return;
	const what = fault && fault[0] === "empty" ? { text: "" } : answer(body, talk);
	const send = path.endsWith("/responses") ? sendResponses :
		path.endsWith("/messages") ? sendMessages : sendChat;
	// Long enough for agents that run at once to be seen at once.
	setTimeout(() => send(response, body, what, usageOf(talk.results)), 30);
}

const server = http.createServer((request, response) => {
	const parts = [];
	most = Math.max(most, ++inFlight);
	response.on("close", () => inFlight--);
	request.on("data", part => parts.push(part));
	request.on("end", () => serve(request, response, Buffer.concat(parts).toString()));
});
server.listen(0, "127.0.0.1", () => fs.writeFileSync(portFile, String(server.address().port) + "\n"));
process.on("SIGTERM", () => process.exit(0));
