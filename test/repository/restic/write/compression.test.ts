import {randomBytes} from 'node:crypto';
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
	for (const parts of [[text(500_000), noise(), noise()], [noise(), text(500_000), noise()], [noise(), noise(), text(500_000)]]) {
		t.truthy(compressContent(Buffer.concat(parts), defaultCompression));
	}
});

test('compression can be switched off', t => t.is(compressContent(text(100_000), 'off'), undefined));
