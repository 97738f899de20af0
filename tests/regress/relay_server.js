// What an agent is to reach: on a port of loopback, told in the file FILE, and on the socket at
// PATH. Tells back what it was sent, in capitals, when the other side has ended its half.
// `node relay_server.js FILE PATH`
const net = require("net"), fs = require("fs");
const serve = (socket) => {
	let text = "";
	socket.on("data", (bytes) => { text += bytes; });
	socket.on("end", () => {
		const big = /^big (\d+)/.exec(text);
		socket.end(big ? Buffer.alloc(Number(big[1]), "x") : text.toUpperCase());
	});
	socket.on("error", () => {});
};
const options = { allowHalfOpen: true };
const server = net.createServer(options, serve);
net.createServer(options, serve).listen(process.argv[3], () => {
	fs.chmodSync(process.argv[3], 0o666);
	server.listen(0, "127.0.0.1", () => fs.writeFileSync(process.argv[2], String(server.address().port)));
});
