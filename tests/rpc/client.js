// A client of the control socket made with a msgpack-rpc library from npm:
// adds a task, waits for it, lists it. Prints one line of JSON.
const rpc = require(process.argv[2] + '/node_modules/msgpack-rpc-lite');
const client = new rpc.Client({ path: process.argv[3] });
const fail = error => { console.error(JSON.stringify(error)); process.exit(1); };

(async () => {
	const hello = await client.request('hello', { version: 1, role: 'client' });
	const task = { id: 'from-npm', prompt: 'hi', command: ['sh', '-c', 'echo hi >hi.txt'] };
	await client.request('task.add', { tasks: [task] });
	await client.request('task.wait', { tasks: ['from-npm'] });
	const list = await client.request('task.list', {});
	const wrong = await client.request('no.such.method', {}).then(() => 'answered', error => error[0]);
	console.log(JSON.stringify({ hello: hello[0], tasks: list[0].tasks, wrong }));
	process.exit(0);
})().catch(fail);
