import {createCipheriv} from 'node:crypto';
import type {Random} from '../../../../src/base/random.ts';

/** Repeatable randomness: an AES key stream. */
export function seededRandom(seed: number): Random {
	const key = Buffer.alloc(16);
	key.writeUInt32LE(seed);
	const stream = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
	const bytes = (length: number): Buffer => stream.update(Buffer.alloc(length));
	return {bytes, fraction: () => bytes(4).readUInt32LE() / 2 ** 32};
}
