import {createHash, randomBytes} from 'node:crypto';
import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {systemRandom} from '../../../../src/base/random.ts';
import {idToHex} from '../../../../src/repository/restic/blob-id.ts';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {Sealer} from '../../../../src/repository/restic/crypto/sealer.ts';
import {IndexWriter} from '../../../../src/repository/restic/index/index-writer.ts';
import {readIndexFiles} from '../../../../src/repository/restic/index/index-files.ts';
import {loadFullIndex, loadWriterIndex} from '../../../../src/repository/restic/index/load-index.ts';
import {PackHeader} from '../../../../src/repository/restic/pack/pack-header.ts';
import {openFilesystemStorage} from '../../../../src/storage/filesystem/open-filesystem-storage.ts';
import {temporaryDirectory, testClock} from '../write/_repository.ts';
import type {ExecutionContext} from 'ava';
import type {PendingPack} from '../../../../src/repository/restic/index/index-json.ts';

function pack(blobs: number, type: 'data' | 'tree' = 'data'): PendingPack {
	const header = new PackHeader();
	for (let number = 0; number < blobs; number++) header.add(type, randomBytes(32), 0, 40 + number, number % 2 ? 99 : 0);
	return {id: randomBytes(32).toString('hex'), header: Buffer.from(header.bytes), blobs};
}

function newIndex(t: ExecutionContext, version: 1 | 2 = 2) {
	const storage = openFilesystemStorage({kind: 'filesystem', path: temporaryDirectory(t)});
	t.teardown(async () => storage.close());
	const sealer = new Sealer(generateMasterKey(systemRandom), systemRandom);
	const clock = testClock();
	return {storage, sealer, clock, writer: new IndexWriter({storage, sealer, clock, version})};
}

test('what was written is read back: packs, types, offsets and lengths', async t => {
	const {storage, sealer, writer} = newIndex(t);
	const data = pack(3);
	const tree = pack(2, 'tree');
	writer.add(data);
	writer.add(tree);
	await writer.flush(neverAborts);

	const index = await loadFullIndex({storage, sealer}, neverAborts);
	t.is(index.data.count, 3);
	t.is(index.trees.count, 2);
	t.deepEqual([0, 1, 2].map(entry => [index.data.offsetOf(entry), index.data.lengthOf(entry), index.data.uncompressedOf(entry)]), [[0, 40, 0], [40, 41, 99], [81, 42, 0]]);
	t.deepEqual([0, 1].map(number => idToHex(index.packs.ids.idOf(number))).sort(), [data.id, tree.id].sort());
	t.is(index.packs.endOf(index.data.packOf(0)), 123);

	const forWriting = await loadWriterIndex({storage, sealer}, neverAborts);
	t.is(forWriting.data.count, 3);
	t.is(forWriting.trees.count, 2);
	t.is(forWriting.packs.count, 1);
});

test('a file is due at 50 000 blobs or when its oldest pack has waited ten minutes, and not before', async t => {
	const {clock, writer} = newIndex(t);
	t.false(writer.isDue);
	writer.add(pack(9999));
	clock.advance(10 * 60_000 - 1);
	t.false(writer.isDue);
	clock.advance(1);
	t.true(writer.isDue);
	await writer.flush(neverAborts);
	t.false(writer.isDue);

	for (let number = 0; number < 5; number++) writer.add(pack(9999));
	t.false(writer.isDue);
	writer.add(pack(5));
	t.true(writer.isDue);
});

test('large numbers of blobs go to several files, and no pack is split between two', async t => {
	const {storage, sealer, writer} = newIndex(t);
	const packs = Array.from({length: 13}, () => pack(9000));
	for (const each of packs) writer.add(each);
	await writer.flush(neverAborts);

	const files = new Map<string, number[]>();
	await readIndexFiles({storage, sealer, onPack: (entries, key) => void files.set(key, [...(files.get(key) ?? []), entries.count])}, neverAborts);
	t.deepEqual([...files.values()].map(counts => counts.length).sort((a, b) => a - b), [1, 6, 6]);
	t.true([...files.values()].flat().every(count => count === 9000));
});

test('an index file is named after its hash; version 1 of the format gets it uncompressed', async t => {
	for (const version of [1, 2] as const) {
		const {storage, sealer, writer} = newIndex(t, version);
		writer.add(pack(2));
		await writer.flush(neverAborts);
		for await (const {key} of storage.list('index/', neverAborts)) {
			const bytes = await storage.get(key, neverAborts);
			t.is(key, `index/${createHash('sha256').update(bytes).digest('hex')}`);
			t.is(sealer.open(bytes, key)[0], version === 1 ? '{'.charCodeAt(0) : 2);
		}
		t.is((await loadFullIndex({storage, sealer}, neverAborts)).data.count, 2);
	}
});

test('a pack that two index files name counts once', async t => {
	const {storage, sealer, writer} = newIndex(t);
	const twice = pack(4);
	writer.add(twice);
	await writer.flush(neverAborts);
	writer.add(twice);
	writer.add(pack(1));
	await writer.flush(neverAborts);
	const index = await loadFullIndex({storage, sealer}, neverAborts);
	t.is(index.data.count, 5);
	t.is(index.packs.count, 2);
});

test('nothing pending writes no file', async t => {
	const {storage, sealer, writer} = newIndex(t);
	await writer.flush(neverAborts);
	t.is(await readIndexFiles({storage, sealer, onPack: () => undefined}, neverAborts), 0);
});
