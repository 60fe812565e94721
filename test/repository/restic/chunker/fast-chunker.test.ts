import test from 'ava';
import fc from 'fast-check';
import {createCipheriv, createHash} from 'node:crypto';
import {FastChunker} from '../../../../src/repository/restic/chunker/fast-chunker.ts';
import {fastFactors} from '../../../../src/repository/restic/chunker/fast-factors.ts';
import {cases} from '../../../_cases.ts';
import {seededRandom} from '../crypto/_seeded-random.ts';
import {cut} from './_cut.ts';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const least = 512 * kibibyte;
const most = 4 * mebibyte;
const seed = 'a1'.repeat(32);

/** Looks random, is the same everywhere. */
const noise = (length: number, key = 0): Buffer => createCipheriv('aes-128-ctr', Buffer.alloc(16, key), Buffer.alloc(16)).update(Buffer.alloc(length));

test('files are cut where they always were: stored data is found again only then', t => {
	t.deepEqual(cut(new FastChunker(seed), noise(24 * mebibyte)), golden);
	t.deepEqual(reference(seed, noise(24 * mebibyte)), golden);
	t.deepEqual(cut(new FastChunker(seed), Buffer.alloc(9 * mebibyte)), [most, most, mebibyte], 'zeros never end a chunk');
	for (const size of [0, 1, least - 1, least, least + 1]) t.deepEqual(cut(new FastChunker(seed), noise(size)), size === 0 ? [] : [size]);
});

test('noise and text are cut by the definition, under any seed', t => {
	const random = seededRandom(21);
	for (let seeds = 0; seeds < cases(1); seeds++) {
		const own = random.bytes(32).toString('hex');
		const text = Buffer.from(Array.from({length: 120_000}, (_, line) => `2026-11-22T10:${line % 60}:00Z level=info request=${(line * 7919) % 1009} took=${line % 97}ms\n`).join(''));
		for (const file of [noise(10 * mebibyte, seeds + 1), text]) t.deepEqual(cut(new FastChunker(own), file), reference(own, file));
	}
});

test('however the reads fall, the chunks are the same', t => {
	const file = noise(7 * mebibyte, 9);
	const chunker = new FastChunker(seed);
	const expected = cut(chunker, file);
	t.true(expected.length > 2);
	for (const size of [4093, 64 * kibibyte, 512 * kibibyte, mebibyte + 1, 5 * mebibyte]) t.deepEqual(cut(chunker, file, [size]), expected, `${size} bytes per read`);
	fc.assert(
		fc.property(fc.array(fc.integer({min: 1, max: 700_000}), {minLength: 1, maxLength: 12}), sizes => t.deepEqual(cut(chunker, file, [...sizes, 300_000]), expected)),
		{numRuns: 15},
	);
});

test('an end is found at every place, and of several the first, whatever part of the file is scanned at once', t => {
	const chunker = new FastChunker(seed);
	const end = endingBytes(seed);
	const {input} = chunker;
	for (let place = least; place < least + 200; place++) {
		input.fill(0, 0, least + 1024);
		input.set(end, place - 64);
		input.set(end, place + 70 - 64);
		for (const from of [0, least - 100, place - 1, place - 33]) t.is(chunker.scan(from, least + 400), place, `${place} from ${from}`);
		t.is(chunker.scan(place, least + 400), place + 70);
		t.is(chunker.scan(0, place - 1), 0);
	}
	input.fill(0);
	input.set(end, most - 64);
	t.is(chunker.scan(0, most + 1000), most);
	input.fill(0);
	input.set(end, least - 1 - 64);
	t.is(chunker.scan(0, least + 1000), 0, 'an end before the least length is none');
});

test('chunks cover the file, are neither too small nor too large, and a megabyte and a half on average', t => {
	const lengths = cut(new FastChunker(seed), noise(96 * mebibyte, 3));
	t.is(lengths.reduce((sum, length) => sum + length, 0), 96 * mebibyte);
	t.true(lengths.slice(0, -1).every(length => length >= least && length <= most));
	const mean = (96 * mebibyte) / lengths.length;
	t.true(mean > 1.2 * mebibyte && mean < 1.8 * mebibyte, `${mean}`);
});

test('an insertion changes the chunks around it and no others', t => {
	const file = noise(20 * mebibyte, 4);
	const chunker = new FastChunker(seed);
	const chunksOf = (content: Buffer): string[] => {
		let at = 0;
		return cut(chunker, content).map(length => createHash('sha256').update(content.subarray(at, (at += length))).digest('hex'));
	};
	const before = new Set(chunksOf(file));
	for (const at of [1, 5 * mebibyte, 13 * mebibyte + 7]) {
		const after = chunksOf(Buffer.concat([file.subarray(0, at), Buffer.from('some bytes more'), file.subarray(at)]));
		const fresh = after.filter(id => !before.has(id)).length;
		t.true(fresh >= 1 && fresh <= 5, `${fresh} of ${after.length} chunks are new`);
	}
});

test('another seed cuts at other places, and chunkers share no memory', t => {
	const file = noise(16 * mebibyte, 5);
	const [one, other] = [new FastChunker(seed), new FastChunker('b2'.repeat(32))];
	const ends = (lengths: number[]): number[] => lengths.map((_, index) => lengths.slice(0, index + 1).reduce((sum, length) => sum + length, 0)).slice(0, -1);
	const shared = new Set(ends(cut(one, file)));
	t.false(ends(cut(other, file)).some(end => shared.has(end)));
	one.input.fill(1);
	other.input.fill(0);
	t.true(one.input.every(byte => byte === 1));
	t.is(one.input.length, most + 512 * kibibyte);
});

/** The definition, one place after the other. */
function reference(own: string, file: Uint8Array): number[] {
	const endsAt = endsIn(own, file);
	const lengths: number[] = [];
	let start = 0;
	for (let end = least; end <= file.length; ) {
		if (end - start === most || endsAt(end)) {
			lengths.push(end - start);
			start = end;
			end += least;
		} else end++;
	}
	if (start < file.length) lengths.push(file.length - start);
	return lengths;
}

/** Whether a chunk may end before a byte. */
function endsIn(own: string, file: Uint8Array): (end: number) => boolean {
	const {first, second} = fastFactors(own);
	const view = new DataView(file.buffer, file.byteOffset, file.length);
	return end => {
		let sum = 0;
		for (const [index, factor] of first.entries()) sum = (sum + Math.imul(view.getInt32(end - 16 + 4 * index, true), factor)) | 0;
		if (sum >>> 22 !== 1023) return false;
		return second.reduce((total, factor, index) => BigInt.asUintN(64, total + factor * view.getBigUint64(end - 64 + 8 * index, true)), 0n) >> 54n === 1023n;
	};
}

/** 64 bytes after which a chunk ends. */
function endingBytes(own: string): Uint8Array {
	const random = noise(4 * mebibyte, 7);
	const endsAt = endsIn(own, random);
	for (let end = 64; end <= random.length; end++) if (endsAt(end)) return random.subarray(end - 64, end);
	throw new Error('no end in 4 MiB of noise');
}

/** Of 24 MiB of noise under `seed`, computed by `reference` as well. */
const golden = [675078, 680089, 840311, 2013811, 1779670, 1106550, 754738, 1084187, 3178999, 1479883, 1297714, 624115, 1402860, 882484, 2749514, 1924691, 1555637, 736889, 398604];
