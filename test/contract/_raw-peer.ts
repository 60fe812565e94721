import {once} from 'node:events';
import {createServer} from 'node:net';
import {createServer as createTlsServer} from 'node:tls';
import type {AddressInfo, Server, Socket} from 'node:net';
import type {TlsOptions} from 'node:tls';

export type RawConnection = {
	socket: Socket;
	/** The next request, as it came; undefined when the client has closed instead. */
	request(): Promise<string | undefined>;
	/** Resolves when nothing more can come or go. */
	closed: Promise<void>;
};

export type RawPeer = {port: number; connections: RawConnection[]};

/** A server that says exactly the bytes that a test has it say: `serve` is called for each connection, with its number from 0. */
export async function startRawPeer(t: {teardown(work: () => unknown): void}, serve: (connection: RawConnection, number: number) => Promise<void>, tls?: TlsOptions): Promise<RawPeer> {
	const connections: RawConnection[] = [];
	const accept = (socket: Socket): void => {
		const connection = converse(socket);
		connections.push(connection);
		// What goes wrong here shows in what the client is told.
		serve(connection, connections.length - 1).catch(() => socket.destroy());
	};
	const server: Server = tls ? createTlsServer(tls).on('secureConnection', accept) : createServer(accept);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		for (const {socket} of connections) socket.destroy();
		server.close();
	});
	return {port: (server.address() as AddressInfo).port, connections};
}

function converse(socket: Socket): RawConnection {
	let read = '';
	let hasEnded = false;
	let wake: (() => void) | undefined;
	const closed = new Promise<void>(resolve => socket.once('close', () => resolve()));
	const end = (): void => {
		hasEnded = true;
		wake?.();
	};
	socket.setEncoding('latin1').on('data', (text: string) => {
		read += text;
		wake?.();
	});
	socket.on('error', end).on('end', end).on('close', end);
	return {
		socket,
		closed,
		async request() {
			for (;;) {
				const end = read.indexOf('\r\n\r\n');
				if (end >= 0) {
					const request = read.slice(0, end + 4);
					read = read.slice(end + 4);
					return request;
				}
				if (hasEnded) return undefined;
				await new Promise<void>(resolve => (wake = resolve));
			}
		},
	};
}
