import {compressTransient} from '../files/zstd.ts';

/**
How content is compressed. `auto` chooses zstd's level by what a blob is; `level`, 1 to 22, is the same for all; `off` leaves content as it is, whereas trees
are always compressed: restic's prune would rewrite them otherwise.
*/
export type Compression = 'auto' | 'off' | {level: number};

export const defaultCompression: Compression = 'auto';

/** Level 3 finds no more in small blobs than 1 does, and takes half as long again. */
const smallLevel = 1;
const largeLevel = 3;
const largeFrom = 512 * 1024;

const defaultTreeLevel = 3;

export const treeLevel = (compression: Compression): number => (typeof compression === 'object' ? compression.level : defaultTreeLevel);

/** Content is stored as it is unless compressing saves this share: reading it back is then cheaper, and every reader takes both. */
const leastSaving = 0.03;

/** Levels up to this pass over incompressible bytes as fast as a probe would. */
const quickLevel = 3;
const probeSize = 32 * 1024;
const probeFrom = 4 * probeSize;

/** The compressed content of a data blob, valid until the next call, or undefined when it is to be stored raw. */
export function compressContent(plain: Uint8Array, compression: Compression): Uint8Array | undefined {
	if (compression === 'off' || plain.length === 0) return undefined;
	const level = compression === 'auto' ? (plain.length < largeFrom ? smallLevel : largeLevel) : compression.level;
	if (level > quickLevel && seemsIncompressible(plain)) return undefined;
	const compressed = compressTransient(plain, level);
	return isWorthIt(compressed.length, plain.length) ? compressed : undefined;
}

const isWorthIt = (compressed: number, plain: number): boolean => compressed <= plain * (1 - leastSaving);

/** A look at three places costs a few percent of compressing a large blob in vain. */
function seemsIncompressible(plain: Uint8Array): boolean {
	if (plain.length < probeFrom) return false;
	return [0, (plain.length - probeSize) >> 1, plain.length - probeSize].every(at => !isWorthIt(compressTransient(plain.subarray(at, at + probeSize), 1).length, probeSize));
}
