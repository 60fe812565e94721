import {createHash} from 'node:crypto';
import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {LazaretteError, isLazaretteError} from '../../../../src/base/errors.ts';
import {packKey} from '../../../../src/repository/restic/files/object-keys.ts';
import {intercept} from '../../../../src/storage/wrap/intercept.ts';
import {withCounts} from '../../../../src/storage/wrap/count.ts';
import {backUp} from '../write/_back-up.ts';
import {newRepository, reopen, temporaryDirectory} from '../write/_repository.ts';
import {noise, writeSource} from '../write/_source.ts';
import {readBack} from './_read-back.ts';
import type {ExecutionContext} from 'ava';
import type {ArchiveReader} from '../../../../src/repository/repository.ts';
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

/** An archive of one file of random bytes in several pieces, opened for reading. */
async function storedFile(t: ExecutionContext, length = 6_000_000): Promise<{path: string; reader: ArchiveReader; ids: Uint8Array[]; counts: StorageCounts}> {
	const source = temporaryDirectory(t);
	writeFileSync(join(source, 'file'), noise(2, length));
	const {path, repository} = await newRepository(t);
	const {archive} = await backUp(repository, source);
	let counts: StorageCounts | undefined;
	const again = await reopen(t, path, {
		wrap(storage) {
			const counted = withCounts(storage);
			({counts} = counted);
			return counted.storage;
		},
	});
	const reader = await again.repository.openArchive(archive, neverAborts);
	const [node] = await Array.fromAsync(reader.readTree(archive.tree, neverAborts));
	const {content} = node!;
	return {path, reader, counts: counts!, ids: Array.from({length: content!.length / 32}, (_, number) => content!.subarray(number * 32, number * 32 + 32))};
}

test('blobs of one pack are fetched in few requests and delivered by offset, each with the ID it was asked by', async t => {
	const {reader, ids, counts} = await storedFile(t);
	t.true(ids.length >= 3);
	const places = ids.map(id => reader.locate(id));
	const before = counts.get.calls;
	const delivered: string[] = [];
	await reader.readBlobs(
		places[0]!.pack,
		ids.toReversed(),
		(id, bytes) => {
			t.is(sha256(bytes), Buffer.from(id).toString('hex'));
			t.is(bytes.length, reader.blobLength(id));
			delivered.push(Buffer.from(id).toString('hex'));
		},
		neverAborts,
	);
	t.deepEqual(delivered, ids.map(id => Buffer.from(id).toString('hex')));
	const stored = places.reduce((sum, place) => sum + place.length, 0);
	t.true(counts.get.calls - before <= Math.ceil(stored / 2_000_000), `${counts.get.calls - before} requests for ${stored} bytes`);
});

test('a blob in no index is damage, named by its ID', async t => {
	const {reader} = await storedFile(t, 100);
	const unknown = Buffer.alloc(32, 0xab);
	for (const ask of [() => reader.locate(unknown), () => reader.blobLength(unknown)]) {
		const error = t.throws(ask);
		t.true(isLazaretteError(error, 'RepositoryDamaged'));
		t.regex(error?.message ?? '', /^blob (ab){32} is in no index/);
	}
});

test('a missing pack is damage, named by its key', async t => {
	const {path, reader, ids} = await storedFile(t);
	rmSync(join(path, 'data'), {recursive: true});
	const error = await t.throwsAsync(reader.readBlobs(reader.locate(ids[0]!).pack, ids, () => t.fail(), neverAborts));
	t.true(isLazaretteError(error, 'RepositoryDamaged'), error?.stack);
	t.regex(error?.message ?? '', /the pack data\/[\da-f]{2}\/[\da-f]{64} is missing/);
});

test('a flipped bit is never delivered: the blobs before it are, and the error names blob and pack', async t => {
	const source = temporaryDirectory(t);
	writeFileSync(join(source, 'file'), noise(3, 6_000_000));
	const {path, repository} = await newRepository(t);
	const {archive} = await backUp(repository, source);
	let flipAt = Infinity;
	const again = await reopen(t, path, {
		wrap: storage => ({
			...intercept(storage, async (_, run) => run()),
			async get(key, signal, range) {
				const bytes = await storage.get(key, signal, range);
				const at = flipAt - (range?.offset ?? 0);
				if (key.startsWith('data/') && at >= 0 && at < bytes.length) bytes[at]! ^= 1;
				return bytes;
			},
		}),
	});
	const reader = await again.repository.openArchive(archive, neverAborts);
	const [node] = await Array.fromAsync(reader.readTree(archive.tree, neverAborts));
	const ids = Array.from({length: node!.content!.length / 32}, (_, number) => node!.content!.subarray(number * 32, number * 32 + 32));
	const places = ids.map(id => reader.locate(id));
	flipAt = places[1]!.offset + places[1]!.length - 20;
	let delivered = 0;
	const error = await t.throwsAsync(reader.readBlobs(places[0]!.pack, ids, () => void delivered++, neverAborts));
	t.is(delivered, 1);
	t.true(isLazaretteError(error, 'RepositoryDamaged'));
	t.true(error?.message.includes(Buffer.from(ids[1]!).toString('hex')));
	t.regex(error?.message ?? '', /in data\/[\da-f]{2}\//);
	t.true(packKey('ab').startsWith('data/ab'));
});

test('a reader that is told to stop fetches nothing more', async t => {
	const {reader, ids} = await storedFile(t);
	const stop = new AbortController();
	let delivered = 0;
	const reading = reader.readBlobs(
		reader.locate(ids[0]!).pack,
		ids,
		() => {
			delivered++;
			stop.abort(new LazaretteError('Cancelled', 'asked to stop'));
		},
		stop.signal,
	);
	t.true(isLazaretteError(await t.throwsAsync(reading), 'Cancelled'));
	t.is(delivered, 1);
});

test("a consumer's failure ends the reading and is passed on", async t => {
	const {reader, ids} = await storedFile(t);
	const reading = reader.readBlobs(reader.locate(ids[0]!).pack, ids, async () => Promise.reject(new Error('disk full')), neverAborts);
	t.is((await t.throwsAsync(reading))?.message, 'disk full');
});
