import {dropCompressor} from '../files/lasting-zstd.ts';
import {compressTransient} from '../files/zstd.ts';
import type {LevelChoice} from './level-choice.ts';

/**
How content is compressed. `auto` chooses zstd's level by what a blob is; `level`, 1 to 22, is the same for all; `off` leaves content as it is, whereas trees
are always compressed: restic's prune would rewrite them otherwise.
*/
export type Compression = 'auto' | 'off' | {level: number};

export const defaultCompression: Compression = 'auto';

/** Level 3 finds no more in small blobs than 1 does, and takes half as long again. In larger ones it depends on what they hold. */
const quickLevel = 1;
const thoroughLevel = 3;
const largeFrom = 512 * 1024;
const trialSize = largeFrom;

/** @param length bytes of the tree's text; level 3 unless it is given, for who stores few trees */
export function treeLevel(compression: Compression, length = Infinity): number {
	if (typeof compression === 'object') return compression.level;
	return length < largeFrom ? quickLevel : thoroughLevel;
}

/** Content is stored as it is unless compressing saves this share: reading it back is then cheaper, and every reader takes both. */
const leastSaving = 0.03;

/** Levels up to this pass over incompressible bytes as fast as a probe would. */
const swiftLevel = 3;
const probeSize = 32 * 1024;
const probeFrom = 4 * probeSize;

/** The compressed content of a data blob, valid until the next call, or undefined when it is to be stored raw. Without a `choice`, `auto` takes the thorough level for all large ones. */
export function compressContent(plain: Uint8Array, compression: Compression, choice?: LevelChoice): Uint8Array | undefined {
	if (compression === 'off' || plain.length === 0) return undefined;
	if (compression === 'auto') return worthwhile(plain.length < largeFrom ? compressTransient(plain, quickLevel) : compressLarge(plain, choice), plain);
	const {level} = compression;
	if (level > swiftLevel && seemsIncompressible(plain)) return undefined;
	return worthwhile(compressTransient(plain, level), plain);
}

function compressLarge(plain: Uint8Array, choice: LevelChoice | undefined): Uint8Array {
	if (choice?.isTrial()) tryLevels(plain, choice);
	return compressTransient(plain, !choice || choice.isThorough ? thoroughLevel : quickLevel);
}

/** On a piece from the middle: whole blobs would cost a twentieth of a database's backup. */
function tryLevels(plain: Uint8Array, choice: LevelChoice): void {
	const from = (plain.length - trialSize) >> 1;
	const sample = plain.subarray(from, from + trialSize);
	const quick = compressTransient(sample, quickLevel).length;
	if (isWorthIt(quick, sample.length)) choice.learn(quick, compressTransient(sample, thoroughLevel).length);
	else choice.learnNothing();
	// Until the next trial, which may never come.
	if (!choice.isThorough) dropCompressor(thoroughLevel);
}

const worthwhile = (compressed: Uint8Array, plain: Uint8Array): Uint8Array | undefined => (isWorthIt(compressed.length, plain.length) ? compressed : undefined);

const isWorthIt = (compressed: number, plain: number): boolean => compressed <= plain * (1 - leastSaving);

/** A look at three places costs a few percent of compressing a large blob in vain. */
function seemsIncompressible(plain: Uint8Array): boolean {
	if (plain.length < probeFrom) return false;
	return [0, (plain.length - probeSize) >> 1, plain.length - probeSize].every(at => !isWorthIt(compressTransient(plain.subarray(at, at + probeSize), 1).length, probeSize));
}
