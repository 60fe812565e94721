import {LazaretteError} from '../../base/errors.ts';
import {checkWhole, endsBefore} from '../byte-range.ts';
import type {GetObjectCommandOutput} from '@aws-sdk/client-s3';
import type {ByteRange} from '../storage.ts';

export const rangeHeader = ({offset, length}: ByteRange): string => `bytes=${offset}-${offset + length - 1}`;

/**
The body of a reply, read into one buffer of its exact size.
@throws RepositoryDamaged when the object ends before the range does; `StoreUnreachable` when the reply breaks off; BadRequest when the store ignores ranges
*/
export async function readReply(reply: GetObjectCommandOutput, key: string, range: ByteRange | undefined, pace: (bytes: number) => Promise<void>): Promise<Buffer> {
	const body = reply.Body as (AsyncIterable<Uint8Array> & {destroy(): void}) | undefined;
	try {
		const expected = expectedLength(reply, key, range);
		const bytes = Buffer.allocUnsafeSlow(expected);
		let done = 0;
		for await (const piece of body ?? []) {
			if (done + piece.byteLength > expected) throw brokenOff(key, done + piece.byteLength, expected);
			bytes.set(piece, done);
			done += piece.byteLength;
			await pace(piece.byteLength);
		}

		if (done !== expected) throw brokenOff(key, done, expected);
		return bytes;
	} finally {
		// A body that is not read to its end would keep its connection.
		body?.destroy();
	}
}

function expectedLength(reply: GetObjectCommandOutput, key: string, range: ByteRange | undefined): number {
	const length = reply.ContentLength;
	if (length === undefined) throw new LazaretteError('StoreUnreachable', `the reply with ${key} does not say how long it is`);
	if (!range) checkWhole(key, length);
	if (!range || length === range.length) return length;

	const total = /\/(\d+)$/.exec(reply.ContentRange ?? '')?.[1];
	if (total === undefined) throw new LazaretteError('BadRequest', `asked for ${range.length} bytes of ${key}, the store sent ${length}`, {hint: 'the store, or a proxy before it, does not support range requests, which a restore needs'});
	throw endsBefore(key, range, Number(total));
}

const brokenOff = (key: string, got: number, expected: number): LazaretteError => new LazaretteError('StoreUnreachable', `the reply with ${key} has ${got} bytes instead of ${expected}`);
