import type {Random} from '../../../base/random.ts';

const ivLength = 16;
const poolLength = 256 * ivLength;

/**
Initialisation vectors for one Sealer: random, each handed out once, none all zero (the format forbids it). The pool saves a system call per blob;
it is private to its Sealer and must never be cloned into another thread.
*/
export function createIvSource(random: Random): () => Buffer {
	let pool: Buffer = Buffer.alloc(0);
	let at = 0;
	return () => {
		for (;;) {
			if (at === pool.length) {
				pool = random.bytes(poolLength);
				at = 0;
			}

			const iv = pool.subarray(at, at + ivLength);
			at += ivLength;
			if (iv.some(byte => byte !== 0)) return iv;
		}
	};
}
