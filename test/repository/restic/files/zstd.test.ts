import test from 'ava';
import fc from 'fast-check';
import {constants, zstdCompressSync, zstdDecompressSync} from 'node:zlib';
import {LazaretteError} from '../../../../src/base/errors.ts';
import {compress, compressStream, compressTransient, decompress, decompressStream, decompressUpTo, restores} from '../../../../src/repository/restic/files/zstd.ts';
import {ZstdCoder} from '../../../../src/repository/restic/files/zstd-coder.ts';
import {frameContentSize, isOneFrame} from '../../../../src/repository/restic/files/zstd-frame.ts';
import {seededRandom} from '../crypto/_seeded-random.ts';

const text = Buffer.from('the same line again and again\n'.repeat(20_000));
const noise = seededRandom(8).bytes(300_000);

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const all: Uint8Array[] = [];
	for await (const piece of pieces) all.push(piece);
	return Buffer.concat(all);
}

test('what is compressed comes back, at every level, size and kind of content', t => {
	for (const level of [1, 3, 9, 19, 22]) {
		for (const content of [Buffer.alloc(0), Buffer.from('x'), text, noise]) {
			const frame = compress(content, level);
			t.is(frameContentSize(frame), content.length, `level ${level}, ${content.length} bytes`);
			t.true(decompress(frame, content.length, 'x').equals(content));
		}
	}
});

test('frames carry no checksum, since every message is authenticated, and no window above 8 MiB', t => {
	for (const level of [1, 3, 22]) {
		const frame = compress(Buffer.alloc(20 * 1024 * 1024, 'abcdefgh'), level);
		const descriptor = frame[4] ?? 0xff;
		t.is(descriptor & 0x04, 0);
		const windowLog = (descriptor & 0x20) === 0 ? 10 + ((frame[5] ?? 0xff) >> 3) : 0;
		t.true(windowLog <= 23, `level ${level}: ${windowLog}`);
	}
});

test('a frame that declares another length is refused before anything is decompressed', t => {
	const frame = compress(text, 3);
	t.throws(() => decompress(frame, text.length - 1, 'blob 1'), {code: 'RepositoryDamaged', message: /^blob 1 .* holds 600000 bytes where 599999 are expected/});
	t.throws(() => decompressUpTo(frame, 1000, 'index/a'), {code: 'RepositoryDamaged', message: /at most 1000/});
});

test('a frame without declared length cannot grow beyond what is expected', async t => {
	const bomb = await collect(compressStream(zeros(200), 3));
	t.is(frameContentSize(bomb), undefined);
	t.true(bomb.length < 100_000);
	const before = process.memoryUsage().rss;
	t.throws(() => decompress(bomb, 10, 'blob 2'), {code: 'RepositoryDamaged', message: /^blob 2 /});
	t.throws(() => decompressUpTo(bomb, 1_000_000, 'blob 2'), {code: 'RepositoryDamaged'});
	await t.throwsAsync(collect(decompressStream([bomb], 1_000_000, 'blob 2')), {code: 'RepositoryDamaged', message: /more than the expected 1000000/});
	t.true(process.memoryUsage().rss - before < 100 * 1024 * 1024);
	t.is(decompressUpTo(bomb, 200 * 1024 * 1024, 'blob 2').length, 200 * 1024 * 1024);
});

test('a false length in the frame’s header allocates nothing like it', t => {
	// Magic, a header without window whose content size takes 8 bytes, the size 3 GiB, and one last empty block.
	const lie = Buffer.from('28b52ffde0000000c000000000010000', 'hex');
	t.is(frameContentSize(lie), 3 * 1024 ** 3);
	const before = process.memoryUsage().rss;
	t.throws(() => decompress(lie, 3 * 1024 ** 3, 'blob 3'), {code: 'RepositoryDamaged', message: /^blob 3 /});
	t.true(process.memoryUsage().rss - before < 100 * 1024 * 1024);
});

test('damaged, truncated and foreign bytes are reported as damage of the object', async t => {
	const frame = compress(text, 3);
	for (const bytes of [Buffer.alloc(0), Buffer.from('no frame'), frame.subarray(0, 20), frame.subarray(0, -1)]) {
		t.throws(() => decompress(bytes, text.length, 'blob 4'), {code: 'RepositoryDamaged', message: /^blob 4 /}, `${bytes.length} bytes`);
		await t.throwsAsync(collect(decompressStream([bytes], text.length, 'blob 4')), {code: 'RepositoryDamaged', message: /^blob 4 /}, `${bytes.length} bytes`);
	}
});

test('a second frame behind the first is not taken for content', t => {
	const frame = compress(text, 3);
	t.throws(() => decompress(Buffer.concat([frame, frame]), text.length, 'blob 5'), {code: 'RepositoryDamaged'});
});

test('streams and whole buffers understand each other, however the bytes are split', async t => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.integer({min: 0, max: 100_000}), {minLength: 1, maxLength: 5}), async sizes => {
			const pieces = sizes.map((size, index) => (index % 2 ? noise : text).subarray(0, size));
			const whole = Buffer.concat(pieces);
			const streamed = await collect(compressStream(pieces, 1));
			t.true(zstdDecompressSync(streamed).equals(whole));
			t.true((await collect(decompressStream(halves(zstdCompressSync(whole)), whole.length, 'x'))).equals(whole));
			await t.throwsAsync(collect(decompressStream([streamed], whole.length + 1, 'x')), {code: 'RepositoryDamaged'});
		}),
		{numRuns: 20},
	);
});

test('a failing source ends a stream with its own error', async t => {
	const failure = new LazaretteError('StoreUnreachable', 'gone');
	async function* failing(): AsyncGenerator<Buffer> {
		yield compress(text, 1).subarray(0, 100);
		throw failure;
	}

	t.is(await t.throwsAsync(collect(compressStream(failing(), 1))), failure);
	t.is(await t.throwsAsync(collect(decompressStream(failing(), text.length, 'x'))), failure);
});

test('a reader that stops early ends the source too', async t => {
	const ended = Promise.withResolvers<string>();
	async function* endless(): AsyncGenerator<Buffer> {
		try {
			for (;;) yield noise;
		} finally {
			ended.resolve('ended');
		}
	}

	for await (const piece of compressStream(endless(), 1)) {
		t.true(piece.length > 0);
		break;
	}

	t.is(await ended.promise, 'ended');
});

function* zeros(mebibytes: number): Generator<Buffer> {
	for (let i = 0; i < mebibytes; i++) yield Buffer.alloc(1024 * 1024);
}

const halves = (bytes: Buffer): Buffer[] => [bytes.subarray(0, bytes.length >> 1), bytes.subarray(bytes.length >> 1)];

test('one frame is told from a part of one, from two, and from anything else', async t => {
	for (const content of [Buffer.alloc(0), Buffer.from('x'), text, noise, Buffer.alloc(1_000_000)]) {
		for (const frame of [compress(content, 1), zstdCompressSync(content, {params: {[constants.ZSTD_c_checksumFlag]: 1}}), await collect(compressStream([content], 3))]) {
			t.true(isOneFrame(frame), `${content.length} bytes`);
			t.false(isOneFrame(frame.subarray(0, -1)));
			t.false(isOneFrame(Buffer.concat([frame, Buffer.of(0)])));
			t.false(isOneFrame(Buffer.concat([frame, frame])));
		}
	}
	t.false(isOneFrame(Buffer.from('no frame at all')));
	t.false(isOneFrame(Buffer.alloc(3)));
});

test('after bytes that were no frame everything decompresses as before', t => {
	const frame = compress(noise.subarray(0, 1000), 1);
	const damagedFrame = Buffer.from(compress(text, 3));
	damagedFrame.fill(0xaa, 20, 40);
	for (let time = 0; time < 3; time++) {
		t.throws(() => decompress(damagedFrame, text.length, 'blob 6'), {code: 'RepositoryDamaged'});
		t.true(decompress(frame, 1000, 'x').equals(noise.subarray(0, 1000)));
	}
});

test('what a lasting context makes is what a new one makes, and is only lent until the next call', t => {
	for (const level of [1, 3]) {
		for (const content of [text, noise, Buffer.from('x'), text.subarray(5)]) {
			t.true(compress(content, level).equals(zstdCompressSync(content, {chunkSize: 2 * content.length + 100, pledgedSrcSize: content.length, params: {[constants.ZSTD_c_compressionLevel]: level}})), `${content.length} bytes at level ${level}`);
		}
	}
	const lent = compressTransient(text, 1);
	const kept = Buffer.from(lent);
	compressTransient(noise, 1);
	t.false(kept.equals(lent));
});

test('a coder that has failed says so for ever, so that nobody takes its output for a frame', t => {
	const coder = new ZstdCoder('compress');
	t.true(coder.code(text, Buffer.alloc(text.length)) > 0);
	t.is(coder.code(noise, Buffer.alloc(100)), -1, 'the output has no room');
	t.is(coder.code(text, Buffer.alloc(text.length)), -1);
	const opposite = new ZstdCoder('decompress');
	t.is(opposite.code(Buffer.from('no frame at all'), Buffer.alloc(100)), -1);
	t.is(opposite.code(compress(text, 1), Buffer.alloc(text.length)), -1);
});

test('a frame proves itself only with the very bytes it was made of', t => {
	for (const length of [0, 10, 5000, 3_000_000]) {
		const plain = Buffer.alloc(length, 'a piece of content, ');
		const frame = compress(plain, 1);
		t.true(restores(frame, plain));
		if (length === 0) continue;
		const altered = Buffer.from(plain);
		altered[length - 1]! ^= 1;
		t.false(restores(frame, altered));
		t.true(restores(frame, plain));
		t.throws(() => restores(frame.subarray(0, -1), plain), {code: 'RepositoryDamaged'});
		t.throws(() => restores(frame, plain.subarray(1)), {code: 'RepositoryDamaged'});
	}
});
