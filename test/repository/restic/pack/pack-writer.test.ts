import {createHash, randomBytes} from 'node:crypto';
import {readFileSync, readdirSync} from 'node:fs';
import test from 'ava';
import {isLazaretteError} from '../../../../src/base/errors.ts';
import {systemRandom} from '../../../../src/base/random.ts';
import {idToHex} from '../../../../src/repository/restic/blob-id.ts';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {Sealer} from '../../../../src/repository/restic/crypto/sealer.ts';
import {PackEntries} from '../../../../src/repository/restic/index/pack-entries.ts';
import {PackHeader, readPackHeader} from '../../../../src/repository/restic/pack/pack-header.ts';
import {PackWriter} from '../../../../src/repository/restic/pack/pack-writer.ts';
import {temporaryDirectory} from '../write/_repository.ts';
import type {ExecutionContext} from 'ava';

function newWriter(t: ExecutionContext, packSize = 16 * 1024 * 1024) {
	const scratchDirectory = temporaryDirectory(t);
	const sealer = new Sealer(generateMasterKey(systemRandom), systemRandom);
	return {scratchDirectory, sealer, writer: new PackWriter({sealer, random: systemRandom, scratchDirectory, packSize})};
}

test('a pack holds its blobs one after another, then its header, and is named after its hash', t => {
	const {sealer, writer} = newWriter(t);
	// Smaller, about as large, and much larger than what passes memory in one piece.
	const blobs = [0, 1, 100, 262_112, 262_144, 3_000_000].map(length => ({id: randomBytes(32), plain: randomBytes(length)}));
	const lengths = blobs.map(({id, plain}, number) => writer.append(number % 2 ? 'tree' : 'data', id, 0, plain, number === 3 ? 777_777 : 0));
	const pack = writer.close()!;

	const bytes = readFileSync(pack.file.path);
	t.is(bytes.length, pack.file.size);
	t.is(createHash('sha256').update(bytes).digest('hex'), pack.id);
	t.is(pack.blobs, 6);
	let offset = 0;
	for (const [number, {plain}] of blobs.entries()) {
		t.true(sealer.open(bytes.subarray(offset, offset + lengths[number]!), 'blob').equals(plain));
		offset += lengths[number]!;
	}
	const headerLength = bytes.readUInt32LE(bytes.length - 4);
	t.is(bytes.length, offset + headerLength + 4);
	const entries = new PackEntries();
	t.is(readPackHeader(sealer.open(bytes.subarray(offset, offset + headerLength), 'header'), entries, 'pack'), offset);
	t.deepEqual(
		blobs.map((_, entry) => [idToHex(entries.ids, entry * 32), entries.typeOf(entry), entries.lengthOf(entry), entries.uncompressedOf(entry)]),
		blobs.map(({id}, number) => [id.toString('hex'), number % 2 ? 'tree' : 'data', lengths[number], number === 3 ? 777_777 : 0]),
	);
});

test('a blob that comes in pieces lies in the pack like any other', async t => {
	const {sealer, writer} = newWriter(t);
	const plain = randomBytes(500_000);
	async function* pieces() {
		for (let at = 0; at < plain.length; at += 77_777) yield plain.subarray(at, at + 77_777);
	}
	const length = await writer.appendPieces('tree', randomBytes(32), pieces(), 9_999_999);
	const bytes = readFileSync(writer.close()!.file.path);
	t.is(length, plain.length + 32);
	t.true(sealer.open(bytes.subarray(0, length), 'blob').equals(plain));
});

test('a pack is full at its size or at 10 000 blobs, and the next one starts empty', t => {
	const {writer} = newWriter(t, 100_000);
	writer.append('data', randomBytes(32), 0, randomBytes(99_967), 0);
	t.false(writer.isFull);
	writer.append('data', randomBytes(32), 0, randomBytes(1), 0);
	t.true(writer.isFull);
	const first = writer.close()!;
	t.true(writer.isEmpty);
	t.false(writer.isFull);

	const {writer: tiny} = newWriter(t);
	for (let blob = 0; blob < 9999; blob++) tiny.append('data', randomBytes(32), 0, Buffer.alloc(0), 0);
	t.false(tiny.isFull);
	tiny.append('data', randomBytes(32), 0, Buffer.alloc(0), 0);
	t.true(tiny.isFull);
	t.is(first.blobs, 2);
});

test('a pack that is given up leaves no scratch file, and one without blobs is none', t => {
	const {writer, scratchDirectory} = newWriter(t);
	t.is(writer.close(), undefined);
	writer.append('data', randomBytes(32), 0, randomBytes(1_000_000), 0);
	t.is(readdirSync(scratchDirectory).length, 1);
	writer.discard();
	t.deepEqual(readdirSync(scratchDirectory), []);
	t.is(writer.close(), undefined);
});

test('a scratch directory that is gone is an error that names it', t => {
	const sealer = new Sealer(generateMasterKey(systemRandom), systemRandom);
	const writer = new PackWriter({sealer, random: systemRandom, scratchDirectory: '/nonexistent/scratch', packSize: 1});
	const error = t.throws(() => writer.append('data', randomBytes(32), 0, randomBytes(600_000), 0));
	t.regex(error?.message ?? '', /\/nonexistent\/scratch/);
});

for (const [what, damage] of [
	['ends inside an entry', (header: Buffer) => header.subarray(0, -1)],
	['names the unknown blob type 9', (header: Buffer) => Buffer.concat([Buffer.of(9), header.subarray(1)])],
	['names a blob of 3 bytes', (header: Buffer) => Buffer.concat([header.subarray(0, 1), Buffer.of(3, 0, 0, 0), header.subarray(5)])],
] as const) {
	test(`a pack header that ${what} is damage, and the error names the pack`, t => {
		const header = new PackHeader();
		header.add('data', randomBytes(32), 0, 50, 100);
		const error = t.throws(() => readPackHeader(damage(Buffer.from(header.bytes)), new PackEntries(), 'data/ab/ab12'));
		t.true(isLazaretteError(error, 'RepositoryDamaged'));
		t.is(error?.message, `the header of data/ab/ab12 ${what}`);
	});
}
