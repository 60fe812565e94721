import {pipeline} from 'node:stream/promises';
import {createZstdCompress, createZstdDecompress, constants, zstdCompressSync, zstdDecompressSync} from 'node:zlib';
import {LazaretteError} from '../../../base/errors.ts';
import {compressorOf, dropCompressor, dropDecompressor, theDecompressor} from './lasting-zstd.ts';
import {frameContentSize, isOneFrame} from './zstd-frame.ts';
import type {ZstdOptions} from 'node:zlib';
import type {ZstdCoder} from './zstd-coder.ts';

/** 8 MiB, what levels up to 19 use: readers of repositories need not accept larger windows. */
const maxWindowLog = 23;

/** Decompressed pieces are this long at most, so that a false length cannot make us allocate much before it shows. */
const pieceSize = 1024 * 1024;

/** What is only compared passes a core's caches in pieces of this size. */
const proofSize = 256 * 1024;

/** One zstd frame with its content size and without a checksum, since every message is authenticated anyway. */
export function compress(bytes: Uint8Array, level: number): Buffer {
	return Buffer.from(compressTransient(bytes, level));
}

/** As `compress`, but what is returned lies in this thread's own memory and is only valid until the next call. */
export function compressTransient(bytes: Uint8Array, level: number): Uint8Array {
	const coder = compressorOf(level, settings(level));
	if (coder) {
		const room = roomFor(compressBound(bytes.length) + 1);
		const length = coder.code(bytes, room);
		// Room that is left says that the frame has its end.
		if (length >= 0 && length < room.length) return room.subarray(0, length);
		dropCompressor(level);
	}
	return zstdCompressSync(bytes, {...settings(level), pledgedSrcSize: bytes.length, chunkSize: Math.max(64, compressBound(bytes.length))});
}

let output = Buffer.alloc(0);

/** Grows in steps; pages that no frame has reached yet are not in memory. */
function roomFor(length: number): Buffer {
	if (output.length < length) output = Buffer.allocUnsafeSlow(Math.ceil(length / pieceSize) * pieceSize);
	return output;
}

/** The content of one frame, which must be exactly `plainLength` bytes. @throws RepositoryDamaged naming `what`; never allocates more than that */
export function decompress(bytes: Uint8Array, plainLength: number, what: string): Buffer {
	const declared = frameContentSize(bytes);
	if (declared !== undefined && declared !== plainLength) throw damaged(what, `its zstd frame holds ${declared} bytes where ${plainLength} are expected`);
	const quick = declared === plainLength ? inflateWhole(bytes, plainLength) : undefined;
	if (quick) return quick;
	const plain = inflate(bytes, plainLength, declared, what);
	if (plain.length !== plainLength) throw damaged(what, `decompresses to ${plain.length} bytes where ${plainLength} are expected`);
	return plain;
}

/** Whether a frame that this process made gives `plain` back. Goes through a small memory that lasts: pages for each blob would take half as long again, and megabytes. */
export function restores(frame: Uint8Array, plain: Uint8Array): boolean {
	const coder = theDecompressor();
	if (coder && gives(coder, frame, plain)) return true;
	if (coder) dropDecompressor();
	return decompress(frame, plain.length, 'a new blob').equals(plain);
}

let proof: Buffer | undefined;

function gives(coder: ZstdCoder, frame: Uint8Array, plain: Uint8Array): boolean {
	proof ??= Buffer.allocUnsafeSlow(proofSize);
	let length = 0;
	for (const filled of coder.pieces(frame, proof)) {
		if (!proof.subarray(0, filled).equals(plain.subarray(length, length + filled))) return false;
		length += filled;
	}
	return length === plain.length;
}

/** As `decompress` where nothing tells the length: at most `maxLength` bytes. */
export function decompressUpTo(bytes: Uint8Array, maxLength: number, what: string): Buffer {
	const declared = frameContentSize(bytes);
	if (declared !== undefined && declared > maxLength) throw damaged(what, `its zstd frame holds ${declared} bytes; at most ${maxLength} are accepted`);
	return inflate(bytes, maxLength, declared, what);
}

/** Undefined for anything out of the ordinary, which `inflate` then gives its name. */
function inflateWhole(bytes: Uint8Array, length: number): Buffer | undefined {
	// A frame that does not end would leave the context in the middle of it; a frame this short cannot hold so much.
	if (!isOneFrame(bytes) || length > Math.max(pieceSize, bytes.length * 64)) return undefined;
	const coder = theDecompressor();
	if (!coder) return undefined;
	const plain = Buffer.allocUnsafeSlow(length);
	if (coder.code(bytes, plain) === length) return plain;
	dropDecompressor();
	return undefined;
}

function inflate(bytes: Uint8Array, maxLength: number, declared: number | undefined, what: string): Buffer {
	const chunkSize = Math.min(Math.max(declared ?? maxLength, 64), declared === undefined ? pieceSize : Math.max(pieceSize, bytes.length * 64));
	try {
		return zstdDecompressSync(bytes, {maxOutputLength: Math.max(maxLength, 1), chunkSize});
	} catch (error) {
		throw damaged(what, `is no zstd frame of at most ${maxLength} bytes`, error);
	}
}

type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** One frame of unknown content size; memory is bounded by the window. The work is done off the event loop. */
export async function* compressStream(source: ByteSource, level: number): AsyncGenerator<Buffer> {
	yield* pump(source, createZstdCompress(settings(level)));
}

/** The content of a frame in pieces, of which nothing may be believed before the last. @throws RepositoryDamaged naming `what` when it is not exactly `plainLength` bytes */
export async function* decompressStream(source: ByteSource, plainLength: number, what: string): AsyncGenerator<Buffer> {
	let length = 0;
	let sourceFailure: {error: unknown} | undefined;
	async function* watched(): AsyncGenerator<Uint8Array> {
		try {
			yield* source;
		} catch (error) {
			sourceFailure = {error};
			throw error;
		}
	}

	const pieces = pump(watched(), createZstdDecompress({chunkSize: 64 * 1024}));
	try {
		for (;;) {
			const next = await pieces.next().catch((error: unknown) => {
				throw sourceFailure ? sourceFailure.error : damaged(what, 'is no zstd frame', error);
			});
			if (next.done) break;
			length += next.value.length;
			if (length > plainLength) throw damaged(what, `decompresses to more than the expected ${plainLength} bytes`);
			yield next.value;
		}
	} finally {
		await pieces.return(undefined);
	}

	if (length !== plainLength) throw damaged(what, `decompresses to ${length} bytes where ${plainLength} are expected`);
}

type Coder = ReturnType<typeof createZstdCompress> | ReturnType<typeof createZstdDecompress>;

async function* pump(source: ByteSource, coder: Coder): AsyncGenerator<Buffer> {
	const feeding = pipeline(source, coder);
	// A failure of the source destroys the coder and reaches the reader through it.
	feeding.catch(() => {});
	for await (const piece of coder) yield piece as Buffer;
	await feeding;
}

const settings = (level: number): ZstdOptions => ({params: {[constants.ZSTD_c_compressionLevel]: level, ...(level > 19 ? {[constants.ZSTD_c_windowLog]: maxWindowLog} : {})}});

/** Upper bound of a frame's length, as zstd.h gives it. */
const compressBound = (length: number): number => length + (length >> 8) + (length < 131_072 ? (131_072 - length) >> 11 : 0);

const damaged = (what: string, problem: string, cause?: unknown): LazaretteError => new LazaretteError('RepositoryDamaged', `${what} ${problem}`, {context: {object: what}, cause});
