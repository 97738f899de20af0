// Git over HTTP, for tests: node http_backend.js FOLDER PASSWORD PORT. Serves the
// repositories below FOLDER to who has the user and password in the file PASSWORD
// ("user:password"), asked for anew each time, and writes its port on 127.0.0.1 to PORT.
'use strict';
const { spawn } = require('child_process');
const fs = require('fs');
const http = require('http');
const [folder, password, portFile] = process.argv.slice(2);

function answer(response, bytes) {
	const end = bytes.indexOf('\r\n\r\n');
	const headers = {};
	let status = 200;
	for (const line of bytes.subarray(0, Math.max(end, 0)).toString().split('\r\n')) {
		const [name, value] = line.split(/: (.*)/);
		if (name === 'Status')
			status = parseInt(value, 10);
		else if (value !== undefined)
			headers[name] = value;
	}
	response.writeHead(status, headers);
	response.end(bytes.subarray(end + 4));
}

const server = http.createServer((request, response) => {
	const wanted = 'Basic ' + Buffer.from(fs.readFileSync(password, 'utf8').trim()).toString('base64');
	if (request.headers.authorization !== wanted) {
		response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' });
		response.end();
		return;
	}
	const url = new URL(request.url, 'http://127.0.0.1');
	const git = spawn('git', ['-c', 'safe.directory=*', 'http-backend'], {
		stdio: ['pipe', 'pipe', 'inherit'],
		env: { PATH: process.env.PATH, GIT_PROJECT_ROOT: folder, GIT_HTTP_EXPORT_ALL: '1',
		    REMOTE_USER: 'user', REMOTE_ADDR: '127.0.0.1', PATH_INFO: url.pathname,
		    QUERY_STRING: url.search.slice(1), REQUEST_METHOD: request.method,
		    CONTENT_TYPE: request.headers['content-type'] || '',
		    HTTP_CONTENT_ENCODING: request.headers['content-encoding'] || '',
		    GIT_PROTOCOL: request.headers['git-protocol'] || '' },
	});
	const chunks = [];
	git.stdin.on('error', () => {});
	request.pipe(git.stdin);
	git.stdout.on('data', (chunk) => chunks.push(chunk));
	git.on('close', () => answer(response, Buffer.concat(chunks)));
});
server.listen(0, '127.0.0.1', () => {
	fs.writeFileSync(portFile + '.new', String(server.address().port));
	fs.renameSync(portFile + '.new', portFile);
});
