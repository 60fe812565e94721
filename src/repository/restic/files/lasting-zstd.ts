import {constants, zstdCompressSync, zstdDecompressSync} from 'node:zlib';
import {ZstdCoder} from './zstd-coder.ts';
import {frameContentSize} from './zstd-frame.ts';
import type {ZstdOptions} from 'node:zlib';

/*
zstd contexts of this thread, made when they are first needed and proven on a sample. Where Node has become another inside, `undefined` says so once
and for all, and callers use Node's public functions: the same frames, only slower.
*/

const compressors = new Map<number, ZstdCoder | undefined>();
let decompressor: ZstdCoder | undefined;
let decompresses: boolean | undefined;

export function compressorOf(level: number, settings: ZstdOptions): ZstdCoder | undefined {
	if (!compressors.has(level)) compressors.set(level, proven(() => new ZstdCoder('compress', settings), compressesWell));
	return compressors.get(level);
}

/** For a coder that failed, or whose 3 MiB are not worth keeping; the next call makes another. */
export function dropCompressor(level: number): void {
	const coder = compressors.get(level);
	if (!coder) return;
	coder.close();
	compressors.delete(level);
}

export function theDecompressor(): ZstdCoder | undefined {
	if (decompresses === false) return undefined;
	decompressor ??= proven(() => new ZstdCoder('decompress'), decompressesWell);
	decompresses = decompressor !== undefined;
	return decompressor;
}

export function dropDecompressor(): void {
	decompressor = undefined;
}

function proven(make: () => ZstdCoder, isFit: (coder: ZstdCoder) => boolean): ZstdCoder | undefined {
	try {
		const coder = make();
		return isFit(coder) ? coder : undefined;
	} catch {
		return undefined;
	}
}

/** Twice, since what matters is that a context can be used again; the second sample must not see the first. */
const samples = [Buffer.from('a sample of content '.repeat(40)), Buffer.from(Array.from({length: 3000}, (_, at) => (at * at) >> 5))];

function compressesWell(coder: ZstdCoder): boolean {
	return samples.every(sample => {
		const frame = Buffer.alloc(sample.length + 200);
		const length = coder.code(sample, frame);
		const bytes = frame.subarray(0, Math.max(length, 0));
		return length > 0 && frameContentSize(bytes) === sample.length && zstdDecompressSync(bytes).equals(sample);
	});
}

function decompressesWell(coder: ZstdCoder): boolean {
	return samples.every(sample => {
		const plain = Buffer.alloc(sample.length);
		const frame = zstdCompressSync(sample, {pledgedSrcSize: sample.length, params: {[constants.ZSTD_c_compressionLevel]: 1}});
		return coder.code(frame, plain) === sample.length && plain.equals(sample);
	});
}
