import {closeSync, openSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {systemRandom} from '../../../../../src/base/random.ts';
import {resticGeometry} from '../../../../../src/repository/restic/chunker/chunker-geometry.ts';
import {generatePolynomial} from '../../../../../src/repository/restic/chunker/polynomial.ts';
import {generateMasterKey} from '../../../../../src/repository/restic/crypto/master-key.ts';
import {Sealer} from '../../../../../src/repository/restic/crypto/sealer.ts';
import {decompress} from '../../../../../src/repository/restic/files/zstd.ts';
import {PackEntries} from '../../../../../src/repository/restic/index/pack-entries.ts';
import {SharedIdSet} from '../../../../../src/repository/restic/index/shared-id-set.ts';
import {readPackHeader} from '../../../../../src/repository/restic/pack/pack-header.ts';
import {ContentPool} from '../../../../../src/repository/restic/write/content/content-pool.ts';
import {temporaryDirectory} from '../_repository.ts';
import type {ExecutionContext} from 'ava';
import type {ClosedPack} from '../../../../../src/repository/restic/pack/pack-writer.ts';
import type {NextData} from '../../../../../src/repository/repository.ts';
import type {ContentPoolOptions} from '../../../../../src/repository/restic/write/content/content-pool.ts';

const polynomial = generatePolynomial(systemRandom);

export const kibibyte = 1024;
export const mebibyte = 1024 * 1024;

export type TestPool = {
	pool: ContentPool;
	scratchDirectory: string;
	packs: ClosedPack[];
	/** What the packs hold, by ID in hex; for after `flush`. A blob that lies in them twice appears twice in `stored`. */
	blobs: () => {stored: string[]; join: (content: Uint8Array) => Buffer};
};

/** A pool whose packs stay where they were written. Threads start with the first file that is not empty once `warmUp` bytes were given to it. */
export function newPool(t: ExecutionContext, options: Partial<Omit<ContentPoolOptions, 'threads'>> & {threads?: number} = {}): TestPool {
	const scratchDirectory = temporaryDirectory(t);
	const sealer = new Sealer(generateMasterKey(systemRandom), systemRandom);
	const packs: ClosedPack[] = [];
	const pool = new ContentPool({
		sealer,
		random: systemRandom,
		scratchDirectory,
		packSize: 4 * mebibyte,
		compression: 'auto',
		verify: 'sample',
		known: new SharedIdSet(),
		config: {version: 2, polynomial, chunker: resticGeometry},
		onPack: pack => void packs.push(pack),
		now: () => performance.now(),
		hold: () => undefined,
		...options,
		threads: () => options.threads ?? 0,
	});
	t.teardown(async () => pool.discard(new Error('the test is over')));
	return {pool, scratchDirectory, packs, blobs: () => readBlobs(packs, sealer)};
}

function readBlobs(packs: ClosedPack[], sealer: Sealer): ReturnType<TestPool['blobs']> {
	const blobs = new Map<string, Buffer>();
	const stored: string[] = [];
	for (const {header, file} of packs) {
		const bytes = readFileSync(file.path);
		const entries = new PackEntries();
		readPackHeader(header, entries, 'a pack');
		for (let entry = 0; entry < entries.count; entry++) {
			const id = Buffer.from(entries.ids.subarray(entry * 32, entry * 32 + 32)).toString('hex');
			const opened = sealer.open(bytes.subarray(entries.offsetOf(entry), entries.offsetOf(entry) + entries.lengthOf(entry)), id);
			const plainLength = entries.uncompressedOf(entry);
			blobs.set(id, plainLength > 0 ? decompress(opened, plainLength, id) : opened);
			stored.push(id);
		}
	}
	return {stored, join: content => Buffer.concat(Array.from({length: content.length / 32}, (_, number) => blobs.get(Buffer.from(content.subarray(number * 32, number * 32 + 32)).toString('hex'))!))};
}

export type Stored = {content: Uint8Array; size: number};

/** What becomes of a content. Throws what the call throws. */
export function store({pool}: TestPool, fd: number, expectedSize: number, nextData?: NextData): Promise<Stored> {
	const {promise, resolve, reject} = Promise.withResolvers<Stored>();
	pool.storeContent(fd, expectedSize, {stored: (ids, from, to, size) => resolve({content: ids.slice(from, to), size}), failed: reject}, nextData);
	return promise;
}

let files = 0;

/** An open file that holds `content`, closed with the test. */
export function openFile(t: ExecutionContext, content: Uint8Array): {fd: number; path: string} {
	const path = join(temporaryDirectory(t), `file-${files++}`);
	writeFileSync(path, content);
	const fd = openSync(path, 'r');
	t.teardown(() => closeSync(fd));
	return {fd, path};
}

/** Gives the pool enough to do that it starts its threads, and resolves when one has taken something. */
export async function startThreads(t: ExecutionContext, world: TestPool): Promise<void> {
	const {fd} = openFile(t, Buffer.alloc(9 * mebibyte, 'as good as any content '));
	await store(world, fd, 9 * mebibyte);
	// Threads come up beside us; a file that is worth handing over is not stored at once when one is there.
	const small = openFile(t, Buffer.alloc(2000, 'x')).fd;
	for (;;) {
		let isHere = false;
		const {promise, resolve, reject} = Promise.withResolvers<void>();
		const done = (): void => {
			isHere = true;
			resolve();
		};
		world.pool.storeContent(small, 2000, {stored: done, failed: reject});
		if (!isHere) return promise;
		await new Promise(resolve => void setTimeout(resolve, 5));
	}
}
