import {randomBytes} from 'node:crypto';

/** Randomness as an argument. Keys, IVs and salts come from `bytes`, which must be cryptographically strong outside tests. */
export type Random = {
	bytes(length: number): Buffer;
	/** Uniform in [0, 1); for jitter only. */
	fraction(): number;
};

export const systemRandom: Random = {
	bytes: length => randomBytes(length),
	fraction: () => Math.random(),
};
