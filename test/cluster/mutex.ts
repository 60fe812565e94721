import {connect, createServer} from 'node:net';
import type {Server, Socket} from 'node:net';

/**
Runs `work` while no other process on this machine holds the same name.
The lock is a listening socket in Linux's abstract namespace: the kernel drops it with its process, so a crash leaves none behind;
who waits keeps a connection open and learns of the release when that closes.
*/
export async function withMutex<T>(name: string, work: () => Promise<T>): Promise<T> {
	const path = `\0lazarette/${name}`;
	let held = await listen(path);
	while (!held) {
		await released(path);
		held = await listen(path);
	}

	try {
		return await work();
	} finally {
		held.release();
	}
}

async function listen(path: string): Promise<{release(): void} | undefined> {
	const waiting = new Set<Socket>();
	const server: Server = createServer(socket => {
		waiting.add(socket);
		socket.on('error', () => undefined).on('close', () => waiting.delete(socket));
	});
	const {promise, resolve, reject} = Promise.withResolvers<boolean>();
	server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
	server.listen(path, () => resolve(true));
	if (!(await promise)) return undefined;
	server.unref();
	return {
		release() {
			server.close();
			for (const socket of waiting) socket.destroy();
		},
	};
}

async function released(path: string): Promise<void> {
	const {promise, resolve} = Promise.withResolvers<void>();
	connect(path).on('error', () => resolve()).on('close', () => resolve()).resume();
	return promise;
}
