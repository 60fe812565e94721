import test from 'ava';
import fc from 'fast-check';
import {createCipheriv} from 'node:crypto';
import {FixedSizeChunker} from '../../../../src/repository/restic/chunker/fixed-size-chunker.ts';
import {generatePolynomial, modulo} from '../../../../src/repository/restic/chunker/polynomial.ts';
import {RabinChunker} from '../../../../src/repository/restic/chunker/rabin-chunker.ts';
import {cases} from '../../../_cases.ts';
import {seededRandom} from '../crypto/_seeded-random.ts';
import {cut} from './_cut.ts';
import {goldenFiles, goldenPolynomial} from './_golden-files.ts';
import type {RabinGeometry} from '../../../../src/repository/restic/chunker/chunker-geometry.ts';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

for (const {name, content, lengths} of goldenFiles) {
	test(`${name} is cut where restic cuts it`, t => {
		t.deepEqual(cut(new RabinChunker(goldenPolynomial), content()), lengths);
	});
}

test('any file is cut by the definition, under any polynomial and however the reads fall', t => {
	const geometry: RabinGeometry = {kind: 'Rabin', minSize: 128, averageSize: 512, maxSize: 2048};
	const random = seededRandom(5);
	for (let polynomials = 0; polynomials < cases(1); polynomials++) {
		const polynomial = generatePolynomial(random);
		const chunker = new RabinChunker(polynomial, geometry);
		fc.assert(
			fc.property(fc.integer({min: 0, max: 5000}), fc.nat(), fc.integer({min: 1, max: 255}), fc.array(fc.integer({min: 1, max: 5000}), {minLength: 1, maxLength: 8}), (size, seed, values, pieces) => {
				const file = seededRandom(seed).bytes(size).map(byte => byte % (values + 1));
				t.deepEqual(cut(chunker, file, pieces), reference(polynomial, geometry, file));
			}),
			{numRuns: 12},
		);
	}
});

test('every read size gives the same chunks', t => {
	const file = createCipheriv('aes-128-ctr', Buffer.alloc(16, 9), Buffer.alloc(16)).update(Buffer.alloc(6 * mebibyte));
	const chunker = new RabinChunker(goldenPolynomial);
	const expected = cut(chunker, file);
	t.true(expected.length > 1);
	for (const size of [4093, 64 * kibibyte, 512 * kibibyte, mebibyte + 1, 9 * mebibyte]) t.deepEqual(cut(chunker, file, [size]), expected, `${size} bytes per read`);
});

test('the four places scanned at once never let a later cut win', t => {
	// Small averages put hits into every lane, at the edges of the lanes too.
	const geometry: RabinGeometry = {kind: 'Rabin', minSize: 128, averageSize: 512, maxSize: mebibyte};
	const wide = new RabinChunker(goldenPolynomial, {...geometry, averageSize: 2 ** 30, maxSize: mebibyte});
	const chunker = new RabinChunker(goldenPolynomial, geometry);
	const file = seededRandom(6).bytes(mebibyte / 2);
	chunker.input.set(file);
	wide.input.set(file);
	for (let from = 0; from < 4000; from += 37) {
		const atOnce = chunker.scan(from, from + 3000);
		let oneByOne = 0;
		for (let to = from + 1; oneByOne === 0 && to <= from + 3000; to++) oneByOne = chunker.scan(to - 1, to);
		t.is(atOnce, oneByOne, `from ${from}`);
		t.is(wide.scan(from, from + 3000), 0);
	}
});

test('the input has room for the largest chunk and one more read', t => {
	const chunker = new RabinChunker(goldenPolynomial);
	t.is(chunker.minSize, 512 * kibibyte);
	t.is(chunker.maxSize, 8 * mebibyte);
	t.is(chunker.input.length, 8 * mebibyte + 512 * kibibyte);
});

test('two chunkers do not share their memory', t => {
	const one = new RabinChunker(goldenPolynomial);
	const other = new RabinChunker(goldenPolynomial);
	one.input.fill(1);
	t.true(other.input.every(byte => byte === 0));
});

test('fixed-size chunks are all of one length but the last', t => {
	t.deepEqual(cut(new FixedSizeChunker(1000), Buffer.alloc(3500), [300]), [1000, 1000, 1000, 500]);
	t.deepEqual(cut(new FixedSizeChunker(1000), Buffer.alloc(2000), [4096]), [1000, 1000]);
	t.deepEqual(cut(new FixedSizeChunker(1000), Buffer.alloc(0)), []);
});

/** The definition: the polynomial of the last 64 bytes modulo the repository's, its low bits all zero. */
function reference(polynomial: bigint, geometry: RabinGeometry, file: Uint8Array): number[] {
	const lengths: number[] = [];
	const mask = BigInt(geometry.averageSize - 1);
	const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
	let start = 0;
	for (let end = geometry.minSize; end <= file.length; ) {
		let digest = 0n;
		for (let at = end - 64; at < end; at += 8) digest = modulo((digest << 64n) | bytes.readBigUInt64BE(at), polynomial);
		if ((digest & mask) === 0n || end - start === geometry.maxSize) {
			lengths.push(end - start);
			start = end;
			end += geometry.minSize;
		} else end++;
	}

	if (start < file.length) lengths.push(file.length - start);
	return lengths;
}
