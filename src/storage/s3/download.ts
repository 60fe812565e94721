import {LazaretteError} from '../../base/errors.ts';
import {checkWhole, endsBefore} from '../byte-range.ts';
import type {ByteRange} from '../storage.ts';
import type {Reply} from './receive/receiver.ts';

export const rangeHeader = ({offset, length}: ByteRange): string => `bytes=${offset}-${offset + length - 1}`;

/**
The body of a reply, read into one buffer of its exact size.
@throws RepositoryDamaged when the object ends before the range does; `StoreUnreachable` when the reply breaks off; BadRequest when the store ignores ranges
*/
export async function readReply(reply: Reply, key: string, range: ByteRange | undefined, pace: (bytes: number) => Promise<void>): Promise<Buffer> {
	try {
		const expected = expectedLength(reply, key, range);
		const bytes = Buffer.allocUnsafeSlow(expected);
		let done = 0;
		for await (const piece of reply) {
			if (done + piece.byteLength > expected) throw brokenOff(key, done + piece.byteLength, expected);
			bytes.set(piece, done);
			done += piece.byteLength;
			await pace(piece.byteLength);
		}

		if (done !== expected) throw brokenOff(key, done, expected);
		return bytes;
	} finally {
		// A body that is not read to its end would keep its connection.
		reply.destroy();
	}
}

/** The body of a reply as it arrives. @throws as `readReply` */
export async function* replyPieces(reply: Reply, key: string, range: ByteRange, pace: (bytes: number) => Promise<void>): AsyncGenerator<Uint8Array> {
	try {
		const expected = expectedLength(reply, key, range);
		let done = 0;
		for await (const piece of reply) {
			done += piece.byteLength;
			if (done > expected) throw brokenOff(key, done, expected);
			await pace(piece.byteLength);
			yield piece;
		}
		if (done !== expected) throw brokenOff(key, done, expected);
	} finally {
		reply.destroy();
	}
}

function expectedLength({headers}: Reply, key: string, range: ByteRange | undefined): number {
	const length = lengthOf(headers['content-length']);
	if (length === undefined) throw new LazaretteError('StoreUnreachable', `the reply with ${key} does not say how long it is`);
	if (!range) checkWhole(key, length);
	if (!range || length === range.length) return length;

	const total = /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1];
	if (total === undefined) throw new LazaretteError('BadRequest', `asked for ${range.length} bytes of ${key}, the store sent ${length}`, {hint: 'the store, or a proxy before it, does not support range requests, which a restore needs'});
	throw endsBefore(key, range, Number(total));
}

/** Undefined when the reply does not say. */
export const lengthOf = (header: string | undefined): number | undefined => (header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined);

const brokenOff = (key: string, got: number, expected: number): LazaretteError => new LazaretteError('StoreUnreachable', `the reply with ${key} has ${got} bytes instead of ${expected}`);
