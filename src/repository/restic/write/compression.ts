import {compress} from '../files/zstd.ts';

/** zstd's level, 1 to 19; or `off` for content, whereas trees are always compressed: restic's prune would rewrite them otherwise. */
export type Compression = {level: number} | 'off';

const defaultLevel = 3;
export const defaultCompression: Compression = {level: defaultLevel};

export const treeLevel = (compression: Compression): number => (compression === 'off' ? defaultLevel : compression.level);

/** Content is stored as it is unless compressing saves this share: reading it back is then cheaper, and every reader takes both. */
const leastSaving = 0.03;

const probeSize = 32 * 1024;
const probeFrom = 4 * probeSize;

/** The compressed content of a data blob, or undefined when it is to be stored raw. */
export function compressContent(plain: Uint8Array, compression: Compression): Buffer | undefined {
	if (compression === 'off' || plain.length === 0 || seemsIncompressible(plain)) return undefined;
	const compressed = compress(plain, compression.level);
	return isWorthIt(compressed.length, plain.length) ? compressed : undefined;
}

const isWorthIt = (compressed: number, plain: number): boolean => compressed <= plain * (1 - leastSaving);

/** A look at three places costs a few percent of compressing a large blob in vain. */
function seemsIncompressible(plain: Uint8Array): boolean {
	if (plain.length < probeFrom) return false;
	return [0, (plain.length - probeSize) >> 1, plain.length - probeSize].every(at => !isWorthIt(compress(plain.subarray(at, at + probeSize), 1).length, probeSize));
}
