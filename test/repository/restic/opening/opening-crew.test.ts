import {createHash, randomBytes} from 'node:crypto';
import {zstdCompressSync} from 'node:zlib';
import test from 'ava';
import {systemRandom} from '../../../../src/base/random.ts';
import {isLazaretteError} from '../../../../src/base/errors.ts';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {Sealer} from '../../../../src/repository/restic/crypto/sealer.ts';
import {faults, largestBlob} from '../../../../src/repository/restic/opening/blob-opener.ts';
import {OpeningCrew} from '../../../../src/repository/restic/opening/opening-crew.ts';
import {Slot, slotBytes, tasks} from '../../../../src/repository/restic/opening/slot.ts';
import {SlotFiller} from '../../../../src/repository/restic/read/slot-filler.ts';
import type {ExecutionContext} from 'ava';

const sealer = new Sealer(generateMasterKey(systemRandom), systemRandom);

type Blob = {sealed: Buffer; uncompressed: number; id: Buffer; plain: Buffer};

function blob(plain: Buffer, compressed: boolean): Blob {
	return {sealed: sealer.seal(compressed ? zstdCompressSync(plain) : plain), uncompressed: compressed ? plain.length : 0, id: createHash('sha256').update(plain).digest(), plain};
}

const text = (length: number): Buffer => Buffer.from('all hands on deck, '.repeat(length / 19 + 1).slice(0, length));

/** Sizes on both sides of every window, of a slot's targets, and the largest. */
const blobs = [1, 19, 16 * 1024, 32 * 1024, 32 * 1024 + 1, 65_536, 300_000, 1_500_000, 4_000_000, largestBlob].flatMap(length => [blob(text(length), true), blob(randomBytes(length), false)]);

/** Sends blobs through a crew. Returns, in the order in which they came out, their places, faults and whether the plaintext is theirs. */
async function pass(t: ExecutionContext, list: readonly Blob[], options: {threads: number; task?: (typeof tasks)[keyof typeof tasks]}): Promise<Array<{at: number; fault: number; isPlain: boolean}>> {
	const crew = new OpeningCrew(sealer.key, {lanes: 1, threads: options.threads});
	t.teardown(async () => crew.close());
	const out: Array<{at: number; fault: number; isPlain: boolean}> = [];
	const owner = {pending: 0};
	const filler = new SlotFiller<typeof owner>(crew, options.task ?? tasks.open, (_, at, slot, number) => out.push({at, fault: slot.faultOf(number), isPlain: list[at]!.plain.equals(slot.plainOf(number))}));
	for (const [at, {sealed, uncompressed, id}] of list.entries()) (await filler.room(owner, at, sealed.length, uncompressed, id)).set(sealed);
	filler.flush();
	await crew.drain();
	t.is(owner.pending, 0);
	return out;
}

for (const threads of [0, 1, 3]) {
	test(`with ${threads} threads besides the caller's, blobs of all sizes are opened, each once`, async t => {
		const out = await pass(t, blobs, {threads});
		t.deepEqual(out.map(({at}) => at).toSorted((a, b) => a - b), blobs.map((_, at) => at));
		t.true(out.every(({fault, isPlain}) => fault === faults.none && isPlain));
	});
}

test('a damaged blob is told from the sound ones around it, whatever is wrong with it', async t => {
	const flipped = (at: number, {sealed, ...rest}: Blob): Blob => {
		const bytes = Buffer.from(sealed);
		bytes[at < 0 ? bytes.length + at : at]! ^= 4;
		return {...rest, sealed: bytes};
	};
	const packed = blob(text(50_000), true);
	const raw = blob(randomBytes(50_000), false);
	const bad: Array<[Blob, fault: number, proven: number]> = [
		[flipped(3, packed), faults.seal, faults.seal],
		[flipped(20, packed), faults.seal, faults.seal],
		[flipped(-1, packed), faults.seal, faults.seal],
		[flipped(3, raw), faults.id, faults.seal],
		[flipped(20_000, raw), faults.id, faults.seal],
		[{...packed, uncompressed: packed.uncompressed - 1}, faults.frame, faults.frame],
		[{...packed, uncompressed: packed.uncompressed + 1}, faults.frame, faults.frame],
		[{...packed, id: raw.id}, faults.id, faults.id],
		[{...raw, uncompressed: 50_000}, faults.frame, faults.frame],
		// The seal of a raw blob says nothing that its ID does not; only a check looks at it.
		[flipped(-1, raw), faults.none, faults.seal],
	];
	const list = bad.flatMap(([damaged]) => [packed, damaged, raw]);
	for (const [task, expected] of [[tasks.open, 1], [tasks.prove, 2], [tasks.proveAndKeep, 2]] as const) {
		const out = (await pass(t, list, {threads: 1, task})).toSorted((a, b) => a.at - b.at);
		t.deepEqual(out.map(({fault}) => fault), bad.flatMap(row => [faults.none, row[expected], faults.none]));
	}
});

test('a thread that dies ends the work with an error that says so, instead of a wait without end', async t => {
	const crew = new OpeningCrew(sealer.key, {lanes: 1, threads: 1});
	t.teardown(async () => crew.close());
	const owner = {pending: 0};
	const filler = new SlotFiller<typeof owner>(crew, tasks.open, () => undefined);
	const big = blob(text(largestBlob), true);
	await crew.endThreads();
	const error = await t.throwsAsync(async () => {
		for (let at = 0; ; at++) (await filler.room(owner, at, big.sealed.length, big.uncompressed, big.id)).set(big.sealed);
	});
	t.true(isLazaretteError(error, 'Unexpected'));
	t.regex(error?.message ?? '', /a thread that opens blobs has ended/);
});

test('threads that are not worth their start before so many bytes start with the one that reaches them', async t => {
	const crew = new OpeningCrew(sealer.key, {lanes: 1, threads: 1, startBytes: 3_000_000});
	t.teardown(async () => crew.close());
	const owner = {pending: 0};
	let opened = 0;
	const filler = new SlotFiller<typeof owner>(crew, tasks.open, (_, at, slot, number) => void (opened += Number(slot.faultOf(number) === faults.none)));
	const {sealed, uncompressed, id} = blob(randomBytes(1_000_000), false);
	const threadsAfter = async (): Promise<number> => {
		(await filler.room(owner, 0, sealed.length, uncompressed, id)).set(sealed);
		filler.flush();
		await crew.drain();
		return crew.threads;
	};
	t.deepEqual([await threadsAfter(), await threadsAfter(), await threadsAfter()], [0, 0, 1]);
	t.is(opened, 3);
});

for (const threads of [0, 1]) {
	test(`with ${threads} threads besides the caller's, a large blob finds a slot, however many fillers hold on to those meant for it`, async t => {
		const crew = new OpeningCrew(sealer.key, {lanes: 1, threads});
		t.teardown(async () => crew.close());
		const owner = {pending: 0};
		const opened: number[] = [];
		const small = blob(text(100), true);
		const large = blob(randomBytes(1_000_000), false);
		const list = [small, large];
		// More than one for each lane, as a check has them for data and for trees.
		const fillers = Array.from({length: 5}, () => new SlotFiller<typeof owner>(crew, tasks.open, (_, at, slot, number) => void (slot.plainOf(number).length === list[at]!.plain.length && opened.push(at))));
		const fill = async (filler: number, at: number): Promise<void> => (await fillers[filler]!.room(owner, at, list[at]!.sealed.length, list[at]!.uncompressed, list[at]!.id)).set(list[at]!.sealed);
		for (let filler = 0; filler < 4; filler++) await fill(filler, 0);
		for (let round = 0; round < 6; round++) await fill(4, 1);
		for (const filler of fillers) filler.flush();
		await crew.drain();
		t.deepEqual(opened.toSorted((a, b) => a - b), [0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
	});
}

test('what a delivery throws reaches who fills slots', async t => {
	const crew = new OpeningCrew(sealer.key, {lanes: 1, threads: 1});
	t.teardown(async () => crew.close());
	const owner = {pending: 0};
	const filler = new SlotFiller<typeof owner>(crew, tasks.open, () => {
		throw new Error('no room');
	});
	const {sealed, uncompressed, id} = blobs[0]!;
	(await filler.room(owner, 0, sealed.length, uncompressed, id)).set(sealed);
	filler.flush();
	await t.throwsAsync(crew.drain(), {message: 'no room'});
});

test('a blob that nobody has looked at is not sound, whatever was in its place before', t => {
	const slot = new Slot(new SharedArrayBuffer(slotBytes));
	slot.add(0, 100, 0, Buffer.alloc(32));
	t.is(slot.faultOf(0), faults.unread);
	slot.setFault(0, faults.none);
	slot.add(0, 100, 0, Buffer.alloc(32));
	t.is(slot.faultOf(0), faults.unread);
});

test('after a failure on the caller\'s own thread, and after the end, whoever waits is told instead of waiting', async t => {
	const crew = new OpeningCrew(sealer.key, {lanes: 1, threads: 0});
	const number = await crew.take();
	const view = crew.slot(number).add(0, 100, 0, Buffer.alloc(32))!;
	t.is(view.length, 100);
	// A descriptor that is none of this process fails as unread; a position that is no position throws.
	crew.slot(number).setSource({fd: 0, position: 2 ** 62});
	crew.offer(number, 1, tasks.prove, () => t.fail('nothing can be told of it'));
	const first = await t.throwsAsync(crew.drain());
	t.is(await t.throwsAsync(crew.drain()), first);
	t.is(await t.throwsAsync(crew.take()), first);
	await crew.close();
	const other = new OpeningCrew(sealer.key, {lanes: 1, threads: 0});
	await other.close();
	await t.throwsAsync(other.take(), {message: /closed/});
});
