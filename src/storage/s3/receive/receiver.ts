import {Connection} from './connection.ts';
import {mostHeadBytes, parseResponseHead} from './response-head.ts';
import {replyError} from '../s3-reply.ts';
import {requestHead} from './request-head.ts';
import type {OnReadOpts, Socket} from 'node:net';
import type {ConnectionTimeouts} from './connection.ts';
import type {ResponseHead} from './response-head.ts';

/** A reply whose body is still to be read; as much of Node's own as its readers need. */
export type Reply = AsyncIterable<Uint8Array> & {
	readonly headers: {readonly date?: string | undefined; readonly 'content-length'?: string | undefined; readonly 'content-range'?: string | undefined};
	/** Gives the connection up, unless the body was read to its end. */
	destroy(): unknown;
};

export type ReceiverOptions = {
	open: (onread: OnReadOpts) => Socket;
	timeouts: ConnectionTimeouts;
	/** Connections open at once, each with half a MiB of memory. */
	maxConnections: number;
};

export type Receiver = {
	/**
	Asks for an object. Undefined when that is not for us to do, and the request has to be made by other means: all connections are taken, or the reply is no plain success.
	@throws the error of the connection; what `replyError` makes of a store in trouble, which should not be asked again at once
	*/
	receive(target: string, headers: Record<string, string>, signal: AbortSignal): Promise<Reply | undefined>;
	destroy(): void;
};

/** Downloads at the least cost: one kind of request, one kind of reply, kept-open connections to one host. Everything else is left to a complete HTTP client. */
export function createReceiver({open, timeouts, maxConnections}: ReceiverOptions): Receiver {
	const all = new Set<Connection>();
	const idle: Connection[] = [];

	const obtain = (): Connection | undefined => {
		for (let kept = idle.pop(); kept; kept = idle.pop()) if (!kept.isEnded) return kept;
		if (all.size >= maxConnections) return undefined;
		const connection: Connection = new Connection(open, timeouts, () => all.delete(connection));
		all.add(connection);
		return connection;
	};

	return {
		async receive(target, headers, signal) {
			const request = requestHead('GET', target, headers);
			const connection = obtain();
			if (!connection) return undefined;
			const onAbort = (): void => connection.end(new Error('request cancelled'));
			let isOver = false;
			const leave = (isReusable: boolean): void => {
				if (isOver) return;
				isOver = true;
				signal.removeEventListener('abort', onAbort);
				if (isReusable) {
					connection.rest();
					idle.push(connection);
				} else connection.end();
			};

			signal.addEventListener('abort', onAbort, {once: true});
			if (signal.aborted) onAbort();
			try {
				connection.send(request);
				const {head, rest} = await readHead(connection);
				if (head?.length !== undefined && (head.statusCode === 200 || head.statusCode === 206)) {
					const pieces = body(connection, head.length, rest, isRead => leave(isRead && head.keepsOpen));
					return {headers: head.headers, destroy: () => leave(false), [Symbol.asyncIterator]: () => pieces};
				}
				if (head && (head.statusCode === 429 || head.statusCode >= 500)) throw replyError(head, '', 'GET');
				leave(false);
				return undefined;
			} catch (error) {
				leave(false);
				throw error;
			}
		},
		destroy() {
			for (const connection of all) connection.end();
		},
	};
}

const headEnd = '\r\n\r\n';

/** `head` is undefined for one that cannot be read. `rest` is what arrived behind it, valid until the next read. */
async function readHead(connection: Connection): Promise<{head: ResponseHead | undefined; rest: Uint8Array}> {
	let read: Buffer = Buffer.alloc(0);
	for (;;) {
		const piece = await connection.read();
		read = read.length === 0 ? Buffer.from(piece.buffer, piece.byteOffset, piece.length) : Buffer.concat([read, piece]);
		const end = read.subarray(0, mostHeadBytes).indexOf(headEnd);
		if (end >= 0) return {head: parseResponseHead(read.toString('latin1', 0, end)), rest: read.subarray(end + headEnd.length)};
		if (read.length >= mostHeadBytes) return {head: undefined, rest: read};
		read = Buffer.from(read);
	}
}

/** `leave` learns whether all of the body was read, and nothing behind it, which would belong to no request of ours. */
async function* body(connection: Connection, length: number, rest: Uint8Array, leave: (isRead: boolean) => void): AsyncGenerator<Uint8Array> {
	let left = length - rest.length;
	try {
		if (rest.length > 0) yield left < 0 ? rest.subarray(0, left) : rest;
		while (left > 0) {
			const piece = await connection.read();
			left -= piece.length;
			yield left < 0 ? piece.subarray(0, left) : piece;
		}
	} finally {
		leave(left === 0);
	}
}
