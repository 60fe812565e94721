import {createCipheriv, createHash} from 'node:crypto';

/** Numbers and bytes that look random and are the same in every run with the same seed. */
export type Seeded = {
	/** 0 up to, not including, `end`. */
	below(end: number): number;
	/** From 0 up to 1. */
	unit(): number;
	/** Mean 0, deviation 1. */
	normal(): number;
	bytes(length: number): Buffer;
};

export function seeded(seed: string): Seeded {
	const stream = createCipheriv('aes-128-ctr', createHash('sha256').update(seed).digest().subarray(0, 16), Buffer.alloc(16));
	const bytes = (length: number): Buffer => stream.update(Buffer.alloc(length));

	// The cipher gives numbers in batches: a call for each would cost more than the number.
	let batch = new Uint32Array(0);
	let used = 0;
	const word = (): number => {
		if (used === batch.length) {
			batch = new Uint32Array(new Uint8Array(bytes(16 * 1024)).buffer);
			used = 0;
		}
		return batch[used++]!;
	};

	const unit = (): number => word() / 2 ** 32;
	return {
		below: end => Math.floor(unit() * end),
		unit,
		normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
		bytes,
	};
}
