import {randomBytes} from 'node:crypto';
import {constants, zstdCompressSync} from 'node:zlib';
import test from 'ava';
import {decompress} from '../../../../src/repository/restic/files/zstd.ts';
import {compressContent, defaultCompression, treeLevel} from '../../../../src/repository/restic/write/compression.ts';
import {LevelChoice} from '../../../../src/repository/restic/write/level-choice.ts';

const text = (length: number): Buffer => Buffer.from('all work and no play '.repeat(Math.ceil(length / 21)).slice(0, length));

test('content that shrinks is stored compressed', t => {
	const plain = text(300_000);
	const compressed = compressContent(plain, defaultCompression)!;
	t.true(compressed.length < plain.length / 10);
	t.true(decompress(compressed, plain.length, 'test').equals(plain));
});

test('content that would save less than three percent is stored as it is', t => {
	t.is(compressContent(randomBytes(1000), defaultCompression), undefined);
	t.is(compressContent(randomBytes(1_000_000), defaultCompression), undefined);
	t.is(compressContent(Buffer.concat([randomBytes(98_000), text(2000)]), defaultCompression), undefined);
	t.truthy(compressContent(Buffer.concat([randomBytes(90_000), text(10_000)]), defaultCompression));
});

test('a large blob is given up only when it looks random at its start, in its middle and at its end', t => {
	const noise = (): Buffer => randomBytes(500_000);
	const compression = {level: 9};
	for (const parts of [[text(500_000), noise(), noise()], [noise(), text(500_000), noise()], [noise(), noise(), text(500_000)]]) {
		t.truthy(compressContent(Buffer.concat(parts), compression));
	}
	t.is(compressContent(noise(), compression), undefined);
});

test('compression can be switched off', t => t.is(compressContent(text(100_000), 'off'), undefined));

const lengthAt = (content: Buffer, level: number): number => zstdCompressSync(content, {chunkSize: 2 * content.length, pledgedSrcSize: content.length, params: {[constants.ZSTD_c_compressionLevel]: level}}).length;
const numbers = (length: number): Buffer => Buffer.from(Array.from({length}, (_, at) => 65 + ((at * at) >> 7) % 23));

test('small content is compressed fast, and a level that was asked for holds for small and large alike', t => {
	const small = numbers(100_000);
	t.is(compressContent(small, 'auto')!.length, lengthAt(small, 1));
	for (const content of [small, numbers(600_000)]) t.is(compressContent(content, {level: 7})!.length, lengthAt(content, 7));
});

test('large content is compressed better where that pays, and fast where it does not', t => {
	const gains = numbers(600_000);
	const [quick, thorough] = [lengthAt(gains, 1), lengthAt(gains, 3)];
	t.true(thorough < quick * 0.97, `${quick} and ${thorough}`);
	const choice = new LevelChoice();
	for (let blob = 0; blob < 20; blob++) t.is(compressContent(gains, 'auto', choice)!.length, thorough);

	const even = Buffer.concat([randomBytes(300_000), Buffer.alloc(300_000)]);
	t.true(lengthAt(even, 3) > lengthAt(even, 1) * 0.97);
	const other = new LevelChoice();
	for (let blob = 0; blob < 4; blob++) t.truthy(compressContent(even, 'auto', other));
	t.false(other.isThorough);
	t.is(compressContent(gains, 'auto', other)!.length, quick);
});

test('the list of a small directory is compressed fast, the one of a large directory better', t => {
	t.is(treeLevel('auto', 100_000), 1);
	t.is(treeLevel('off', 100_000), 1);
	t.is(treeLevel('auto', 1_000_000), 3);
	t.is(treeLevel({level: 7}, 100), 7);
});
