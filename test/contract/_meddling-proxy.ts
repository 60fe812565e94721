import {createServer, request as forward} from 'node:http';
import type {IncomingMessage, ServerResponse} from 'node:http';
import type {AddressInfo, Socket} from 'node:net';

/** What a proxy does to the traffic between a storage and its real server; all absent: nothing. */
export type Meddling = {
	/** Answers in the server's place. */
	answer?: (request: IncomingMessage) => {status: number; headers?: Record<string, string>; body?: string} | undefined;
	/** Changes a piece of an upload on its way; `cut` ends the connection, `hold` keeps it open in silence. */
	upload?: (piece: Buffer, request: IncomingMessage) => Buffer | 'cut' | 'hold';
	/** The same for a piece of a reply's body. */
	download?: (piece: Buffer, request: IncomingMessage) => Buffer | 'cut' | 'hold';
	/** Whether to cut the connection when the server has done its work but the client does not know yet. */
	loseReply?: (request: IncomingMessage) => boolean;
};

export type MeddlingProxy = {
	endpoint: string;
	/** Every request that came, as it came. */
	requests: Array<{method: string; url: string; headers: Record<string, string>}>;
	/** TCP connections that clients have opened so far. */
	connections: number;
	/** Those that are open now. */
	open: Set<Socket>;
};

/** An HTTP proxy on this machine before a real S3 server; the signed Host header passes through it unchanged. */
export async function startMeddlingProxy(t: {teardown(work: () => unknown): void}, port: number, meddling: Meddling): Promise<MeddlingProxy> {
	const server = createServer((incoming, outgoing) => {
		const {method = '', url = '', headers} = incoming;
		proxy.requests.push({method, url, headers: headers as Record<string, string>});
		const answer = meddling.answer?.(incoming);
		if (answer) {
			incoming.resume();
			outgoing.writeHead(answer.status, answer.headers).end(answer.body);
		} else pass(incoming, outgoing, port, meddling);
	});
	const proxy: MeddlingProxy = {endpoint: '', requests: [], connections: 0, open: new Set()};
	server.on('connection', socket => {
		proxy.connections++;
		proxy.open.add(socket);
		socket.on('close', () => proxy.open.delete(socket));
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	t.teardown(() => {
		for (const socket of proxy.open) socket.destroy();
		server.close();
	});
	proxy.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return proxy;
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, port: number, {upload, download, loseReply}: Meddling): void {
	const cut = (): void => {
		incoming.socket.destroy();
		ahead.destroy();
	};
	const ahead = forward({port, host: '127.0.0.1', method: incoming.method, path: incoming.url, headers: incoming.headers}, reply => {
		if (loseReply?.(incoming)) return cut();
		outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
		reply.on('data', (piece: Buffer) => deliver(download ? download(piece, incoming) : piece, bytes => outgoing.write(bytes), cut));
		reply.on('end', () => outgoing.end());
		reply.on('error', cut);
		outgoing.flushHeaders();
	});
	ahead.on('error', cut);
	incoming.on('error', cut);
	incoming.on('data', (piece: Buffer) => deliver(upload ? upload(piece, incoming) : piece, bytes => ahead.write(bytes), cut));
	incoming.on('end', () => ahead.end());
	incoming.on('close', () => {
		if (!incoming.complete) ahead.destroy();
	});
	ahead.flushHeaders();
}

function deliver(piece: Buffer | 'cut' | 'hold', write: (bytes: Buffer) => unknown, cut: () => void): void {
	if (piece === 'cut') cut();
	else if (piece !== 'hold') write(piece);
}
