import {createHash, randomBytes} from 'node:crypto';
import {closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {zstdCompressSync} from 'node:zlib';
import test from 'ava';
import {systemRandom} from '../../../../src/base/random.ts';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {Sealer} from '../../../../src/repository/restic/crypto/sealer.ts';
import {faults, largestBlob} from '../../../../src/repository/restic/opening/blob-opener.ts';
import {OpeningCrew} from '../../../../src/repository/restic/opening/opening-crew.ts';
import {tasks} from '../../../../src/repository/restic/opening/slot.ts';
import {SlotFiller} from '../../../../src/repository/restic/read/slot-filler.ts';

const sealer = new Sealer(generateMasterKey(systemRandom), systemRandom);

/** On both sides of what AES takes at once, of a window, of a slot's row, and the largest. */
const lengths = [0, 1, 4096, 65_536, 65_537, 262_112, 262_113, 300_000, 1_500_000, largestBlob, 100, 200];
const blobs = lengths.flatMap((length, number) => [true, false].map(compressed => {
	const plain = number % 3 === 0 ? Buffer.alloc(length, 'all hands on deck, ') : randomBytes(length);
	const isCompressed = compressed && length > 0;
	return {plain, sealed: sealer.seal(isCompressed ? zstdCompressSync(plain) : plain), uncompressed: isCompressed ? length : 0, id: createHash('sha256').update(plain).digest()};
}));

for (const threads of [0, 1, 3]) {
	test(`with ${threads} threads besides the caller's, blobs of all sizes go from one file into another, and those without one are handed over`, async t => {
		const directory = mkdtempSync(join(tmpdir(), 'lazarette-test-'));
		writeFileSync(join(directory, 'pack'), Buffer.concat(blobs.map(({sealed}) => sealed)));
		const pack = openSync(join(directory, 'pack'), 'r');
		const target = openSync(join(directory, 'target'), 'w+');
		const crew = new OpeningCrew(sealer.key, {lanes: 1, threads});
		t.teardown(async () => {
			await crew.close();
			closeSync(pack);
			closeSync(target);
			rmSync(directory, {recursive: true});
		});
		const places: number[] = [];
		let end = 0;
		for (const {plain} of blobs) {
			places.push(end);
			end += plain.length;
		}
		const isWritten = (at: number): boolean => at % 5 !== 0;
		const content = Buffer.alloc(end);
		const seen: number[] = [];
		const owner = {pending: 0};
		const filler = new SlotFiller<typeof owner>(crew, tasks.open, (_, at, slot, number) => {
			seen.push(at);
			t.is(slot.faultOf(number), faults.none, `blob ${at}`);
			if (isWritten(at)) t.deepEqual(slot.writtenOf(number), {end: blobs[at]!.plain.length, errno: 0});
			else content.set(slot.plainOf(number), places[at]);
		}, (_, at) => (isWritten(at) ? {fd: target, position: places[at]!, sparse: false} : undefined));
		let position = 0;
		for (const [at, {sealed, uncompressed, id}] of blobs.entries()) {
			await filler.refer(owner, at, sealed.length, uncompressed, id, {fd: pack, position});
			position += sealed.length;
		}
		filler.flush();
		await crew.drain();

		t.is(owner.pending, 0);
		t.deepEqual(seen.toSorted((a, b) => a - b), blobs.map((_, at) => at));
		const written = readFileSync(join(directory, 'target'));
		for (const [at, {plain}] of blobs.entries()) t.true(plain.equals((isWritten(at) ? written : content).subarray(places[at], places[at]! + plain.length)), `blob ${at}`);
	});
}

test('of damaged blobs in a file none is written, and each is told by what is wrong with it', async t => {
	const directory = mkdtempSync(join(tmpdir(), 'lazarette-test-'));
	const sealed = blobs.map(blob => {
		const bytes = Buffer.from(blob.sealed);
		bytes[Math.min(20, bytes.length - 17)]! ^= 4;
		return bytes;
	});
	writeFileSync(join(directory, 'pack'), Buffer.concat(sealed).subarray(0, -1));
	const pack = openSync(join(directory, 'pack'), 'r');
	const target = openSync(join(directory, 'target'), 'w+');
	const crew = new OpeningCrew(sealer.key, {lanes: 1, threads: 1});
	t.teardown(async () => {
		await crew.close();
		closeSync(pack);
		closeSync(target);
		rmSync(directory, {recursive: true});
	});
	const found: number[] = [];
	const owner = {pending: 0};
	const filler = new SlotFiller<typeof owner>(crew, tasks.open, (_, at, slot, number) => void (found[at] = slot.faultOf(number)), () => ({fd: target, position: 0, sparse: false}));
	let position = 0;
	for (const [at, {uncompressed, id}] of blobs.entries()) {
		await filler.refer(owner, at, sealed[at]!.length, uncompressed, id, {fd: pack, position});
		// Each by itself: those that share a row with one that can not be read can not be read either.
		filler.flush();
		position += sealed[at]!.length;
	}
	await crew.drain();
	const last = blobs.length - 1;
	// The IV of an empty blob matters to nobody: nothing is decrypted with it.
	t.deepEqual(found, blobs.map(({plain, uncompressed}, at) => (at === last ? faults.unread : plain.length === 0 ? faults.none : uncompressed > 0 ? faults.seal : faults.id)));
	t.is(readFileSync(join(directory, 'target')).length, 0);
});
