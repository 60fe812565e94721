import {randomBytes} from 'node:crypto';
import {constants, zstdCompressSync} from 'node:zlib';
import test from 'ava';
import {decompress} from '../../../../src/repository/restic/files/zstd.ts';
import {compressContent, defaultCompression} from '../../../../src/repository/restic/write/compression.ts';

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

test('small content is compressed fast, large content better, and a level that was asked for holds for both', t => {
	const plain = (length: number): Buffer => Buffer.from(Array.from({length}, (_, at) => 65 + ((at * at) >> 7) % 23));
	const small = plain(100_000);
	const large = plain(600_000);
	const lengthAt = (content: Buffer, level: number): number => zstdCompressSync(content, {chunkSize: 2 * content.length, pledgedSrcSize: content.length, params: {[constants.ZSTD_c_compressionLevel]: level}}).length;
	t.is(compressContent(small, 'auto')!.length, lengthAt(small, 1));
	t.is(compressContent(large, 'auto')!.length, lengthAt(large, 3));
	for (const content of [small, large]) t.is(compressContent(content, {level: 7})!.length, lengthAt(content, 7));
});
