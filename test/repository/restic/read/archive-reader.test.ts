import {createHash} from 'node:crypto';
import {rmSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {open, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {LazaretteError, isLazaretteError} from '../../../../src/base/errors.ts';
import {packKey} from '../../../../src/repository/restic/files/object-keys.ts';
import {intercept} from '../../../../src/storage/wrap/intercept.ts';
import {withCounts} from '../../../../src/storage/wrap/count.ts';
import {backUp} from '../write/_back-up.ts';
import {newRepository, reopen, temporaryDirectory, testClock} from '../write/_repository.ts';
import {noise, writeSource} from '../write/_source.ts';
import {readBack} from './_read-back.ts';
import type {ExecutionContext} from 'ava';
import {systemRandom} from '../../../../src/base/random.ts';
import {createRetry, withRetry} from '../../../../src/storage/wrap/retry.ts';
import type {ArchiveReader, BlobTarget, PackPart} from '../../../../src/repository/repository.ts';
import type {ByteRange, Storage} from '../../../../src/storage/storage.ts';
import type {StorageCounts} from '../../../../src/storage/wrap/count.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('everything that was written is read back, byte for byte and with its metadata', async t => {
	const source = temporaryDirectory(t);
	writeSource(source);
	const {path, repository} = await newRepository(t);
	const {archive} = await backUp(repository, source);
	const entries = await readBack((await reopen(t, path)).repository, archive);

	t.is(entries.size, 51);
	t.is(entries.get('a/noise')?.sha256, sha256(noise(1, 3_000_000)));
	t.is(entries.get('a/b/same')?.sha256, entries.get('a/noise')?.sha256);
	t.is(entries.get('a/b/c/zeros')?.sha256, sha256(Buffer.alloc(2_000_000)));
	t.is(entries.get('none')?.sha256, sha256(Buffer.alloc(0)));
	t.is(entries.get('a/soft')?.node.linkTarget?.toString(), '../text');
	t.is(entries.get('a/hard')?.node.links, 2);
	t.is(entries.get('a/hard')?.node.inode, entries.get('text')?.node.inode);
	t.is(entries.get('empty')?.node.type, 'dir');
});

type StoredFile = {path: string; reader: ArchiveReader; ids: Uint8Array[]; counts: StorageCounts};

/** An archive of one file of random bytes, opened for reading. By default it is too long for two pieces, wherever the repository's seed cuts it. */
async function storedFile(t: ExecutionContext, length = 9_000_000, wrap = (storage: Storage): Storage => storage): Promise<StoredFile> {
	const source = temporaryDirectory(t);
	writeFileSync(join(source, 'file'), noise(2, length));
	// One thread writes one pack; of two, each writes its own.
	const {path, repository} = await newRepository(t, {threads: 0});
	const {archive} = await backUp(repository, source);
	let counts: StorageCounts | undefined;
	const again = await reopen(t, path, {
		wrap(storage) {
			const counted = withCounts(wrap(storage));
			({counts} = counted);
			return counted.storage;
		},
	});
	const reader = await again.repository.openArchive(archive, neverAborts);
	t.teardown(async () => reader.close());
	const [node] = await Array.fromAsync(reader.readTree(archive.tree, neverAborts));
	const {content} = node!;
	return {path, reader, counts: counts!, ids: Array.from({length: content!.length / 32}, (_, number) => content!.subarray(number * 32, number * 32 + 32))};
}

/** The blobs by pack, as a restore asks for them. */
function partsOf(reader: ArchiveReader, ids: readonly Uint8Array[]): PackPart[] {
	const places = ids.map(id => reader.locate(id)).sort((a, b) => a.offset - b.offset);
	return [...new Set(places.map(({pack}) => pack))].map(pack => ({pack, blobs: Uint32Array.from(places.filter(place => place.pack === pack), ({blob}) => blob)}));
}

test('blobs of one pack are fetched in one request, and each is delivered once with the bytes its ID stands for', async t => {
	const {reader, ids, counts} = await storedFile(t);
	t.true(ids.length >= 3);
	const parts = partsOf(reader, ids);
	const before = {gets: counts.get.calls, streams: counts.stream.calls};
	const delivered: string[] = [];
	await reader.readBlobs(parts, (part, at, bytes) => delivered.push(`${sha256(bytes)} ${part.blobs[at]}`), neverAborts);
	t.deepEqual(delivered.toSorted(), ids.map(id => `${Buffer.from(id).toString('hex')} ${reader.locate(id).blob}`).toSorted());
	t.is(counts.stream.calls - before.streams, parts.length);
	t.is(counts.get.calls, before.gets);
});

test('blobs that lie far apart are fetched without what lies between', async t => {
	const {reader, ids, counts} = await storedFile(t, 13_000_000);
	const [part] = partsOf(reader, ids);
	t.true(part!.blobs.length >= 4);
	const wanted = {pack: part!.pack, blobs: Uint32Array.of(part!.blobs[0]!, part!.blobs.at(-1)!)};
	const before = counts.stream.receivedBytes;
	let bytesWanted = 0;
	await reader.readBlobs([wanted], (_part, _at, bytes) => void (bytesWanted += bytes.length), neverAborts);
	t.true(counts.stream.receivedBytes - before < bytesWanted + 1000);
});

test('a blob in no index is damage, named by its ID', async t => {
	const {reader} = await storedFile(t, 100);
	const error = t.throws(() => reader.locate(Buffer.alloc(32, 0xab)));
	t.true(isLazaretteError(error, 'RepositoryDamaged'));
	t.regex(error?.message ?? '', /^blob (ab){32} is in no index/);
});

test('a missing pack is damage, named by its key', async t => {
	const {path, reader, ids} = await storedFile(t);
	rmSync(join(path, 'data'), {recursive: true});
	const error = await t.throwsAsync(reader.readBlobs(partsOf(reader, ids), () => t.fail(), neverAborts));
	t.true(isLazaretteError(error, 'RepositoryDamaged'), error?.stack);
	t.regex(error?.message ?? '', /the pack data\/[\da-f]{2}\/[\da-f]{64} is missing/);
});

/** A store whose objects are no files, as on S3. */
function withoutFiles(storage: Storage): Storage {
	const {openFile: _, ...rest} = intercept(storage, async (__, run) => run());
	return rest;
}

/** Changes or breaks what streams of packs bring; `position` is that of the piece's first byte in the pack. */
const meddling = (meddle: (piece: Uint8Array, position: number) => void) => (storage: Storage): Storage => ({
	...withoutFiles(storage),
	async *stream(key, signal, range) {
		let position = range.offset;
		for await (const piece of storage.stream(key, signal, range)) {
			if (key.startsWith('data/')) meddle(piece, position);
			yield piece;
			position += piece.length;
		}
	},
});

test('a flipped bit is never delivered, and the error names blob and pack', async t => {
	let flipAt = Infinity;
	const {reader, ids} = await storedFile(t, 6_000_000, meddling((piece, position) => {
		if (flipAt >= position && flipAt < position + piece.length) piece[flipAt - position]! ^= 1;
	}));
	const damaged = reader.locate(ids[1]!);
	flipAt = damaged.offset + 1000;
	const error = await t.throwsAsync(reader.readBlobs(partsOf(reader, ids), (part, at) => t.not(part.blobs[at], damaged.blob), neverAborts));
	t.true(isLazaretteError(error, 'RepositoryDamaged'));
	t.true(error?.message.includes(Buffer.from(ids[1]!).toString('hex')));
	t.regex(error?.message ?? '', /in data\/[\da-f]{2}\//);
	t.true(packKey('ab').startsWith('data/ab'));
});

test('after a failure the reader can be asked again', async t => {
	let fails = true;
	const {reader, ids} = await storedFile(t, 6_000_000, meddling((_, position) => {
		if (fails && position > 1_000_000) throw new LazaretteError('StoreUnreachable', 'planned by the test');
	}));
	await t.throwsAsync(reader.readBlobs(partsOf(reader, ids), () => undefined, neverAborts), {message: 'planned by the test'});
	fails = false;
	let delivered = 0;
	await reader.readBlobs(partsOf(reader, ids), () => void delivered++, neverAborts);
	t.is(delivered, ids.length);
});

test('a stream that breaks in the middle of a pack goes on from there, with one more request and nothing fetched twice', async t => {
	let breaks = 1;
	const asked: ByteRange[] = [];
	const {reader, ids} = await storedFile(t, 6_000_000, storage => {
		const flaky = meddling((_, position) => {
			if (position > 2_000_000 && breaks-- > 0) throw new LazaretteError('StoreUnreachable', 'planned by the test');
		})(storage);
		const seen = intercept(flaky, async (call, run) => {
			if (call.range) asked.push(call.range);
			return run();
		});
		return withRetry(seen, createRetry({attempts: 3, backoff: {firstMs: 1, maxMs: 1}, totalMs: 10_000, firstContactMs: 10_000}, {clock: testClock(), random: systemRandom}));
	});
	const delivered: string[] = [];
	await reader.readBlobs(partsOf(reader, ids), (_part, _at, bytes) => void delivered.push(sha256(bytes)), neverAborts);
	t.deepEqual(delivered.toSorted(), ids.map(id => Buffer.from(id).toString('hex')).toSorted());
	t.is(asked.length, 2);
	const [whole, rest] = asked;
	t.true(rest!.offset > 2_000_000 - 600_000 && rest!.offset + rest!.length === whole!.offset + whole!.length);
});

/** Opens another file instead of the first packs asked for, and notes what is closed. */
function misled(instead: string, times: number) {
	const seen = {opened: 0, closed: 0};
	const wrap = (storage: Storage): Storage => ({
		...intercept(storage, async (_, run) => run()),
		async openFile(key, signal, range) {
			const file = seen.opened++ < times ? await open(instead, 'r') : await storage.openFile!(key, signal, range);
			return {
				fd: file.fd,
				async close() {
					seen.closed++;
					await file.close();
				},
			};
		},
	});
	return {seen, wrap};
}

test('what a thread can not read from its file is asked of the store in the ordinary way, and written where it was to go', async t => {
	const {seen, wrap} = misled('/dev/null', 1);
	const {reader, ids, counts} = await storedFile(t, 6_000_000, wrap);
	const parts = partsOf(reader, ids);
	t.is(parts.length, 1);
	const positions = new Map<number, number>();
	let end = 0;
	for (const id of ids) {
		const {blob, plainLength} = reader.locate(id);
		positions.set(blob, end);
		end += plainLength;
	}
	const path = join(temporaryDirectory(t), 'restored');
	const into = await open(path, 'w+');
	const written: number[] = [];
	const target = (part: PackPart, at: number): BlobTarget => ({fd: into.fd, position: positions.get(part.blobs[at]!)!, sparse: true});
	const before = counts.get.calls + counts.stream.calls;
	await reader.readBlobs(parts, () => t.fail(), neverAborts, {target, wrote: (part, at, {errno}) => void (errno === 0 && written.push(part.blobs[at]!))});
	t.deepEqual(written.toSorted((a, b) => a - b), [...positions.keys()].toSorted((a, b) => a - b));
	t.is(sha256(await into.readFile()), sha256(noise(2, 6_000_000)));
	t.true(counts.get.calls + counts.stream.calls > before);
	t.deepEqual(seen, {opened: 1, closed: 1});
	await into.close();
});

test('a pack that is cut off is damage, whichever way it is read, and no file stays open', async t => {
	const {seen, wrap} = misled('/dev/null', 0);
	const {path, reader, ids} = await storedFile(t, 6_000_000, wrap);
	const [pack] = (await readdir(join(path, 'data'), {recursive: true, withFileTypes: true})).filter(entry => entry.isFile()).map(({parentPath, name}) => join(parentPath, name)).sort((a, b) => statSync(b).size - statSync(a).size);
	truncateSync(pack!, 2_000_000);
	const error = await t.throwsAsync(reader.readBlobs(partsOf(reader, ids), () => undefined, neverAborts));
	t.true(isLazaretteError(error, 'RepositoryDamaged'), error?.stack);
	t.is(seen.opened, 1);
	t.is(seen.closed, 1);
});

test('a reader that is told to stop fetches nothing more', async t => {
	const {reader, ids} = await storedFile(t);
	const stop = new AbortController();
	let delivered = 0;
	const consume = (): void => {
		delivered++;
		stop.abort(new LazaretteError('Cancelled', 'asked to stop'));
	};
	t.true(isLazaretteError(await t.throwsAsync(reader.readBlobs(partsOf(reader, ids), consume, stop.signal)), 'Cancelled'));
	t.is(delivered, 1);
});

test("a consumer's failure ends the reading and is passed on", async t => {
	const {reader, ids} = await storedFile(t);
	const consume = (): void => {
		throw new Error('disk full');
	};
	t.is((await t.throwsAsync(reader.readBlobs(partsOf(reader, ids), consume, neverAborts)))?.message, 'disk full');
});
