import test from 'ava';
import fc from 'fast-check';
import {createDecipheriv} from 'node:crypto';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {Sealer} from '../../../../src/repository/restic/crypto/sealer.ts';
import {windowSize} from '../../../../src/repository/restic/crypto/sealing-memory.ts';
import {seededRandom} from './_seeded-random.ts';
import type {Random} from '../../../../src/base/random.ts';

const random = seededRandom(1);
const masterKey = generateMasterKey(random);
const newSealer = (ivs: Random = random): Sealer => new Sealer(masterKey, ivs);

/** An implementation that is not ours: AES-CTR as Node has it. */
const decrypt = (sealed: Uint8Array): Buffer => createDecipheriv('aes-256-ctr', masterKey.encrypt, sealed.subarray(0, 16)).update(sealed.subarray(16, -16));

const lengths = [0, 1, 15, 16, 17, 4096, windowSize - 1, windowSize, windowSize + 1, 2 * windowSize, 3 * windowSize + 5, 1_000_001];

test('a file that restic sealed opens', t => {
	const hex = (text: string): Buffer => Buffer.from(text, 'hex');
	const sealer = new Sealer(
		{
			encrypt: hex('303e8687b1d7db18421bdc6bb8588ccadac4d59ee87b8ff70c44e635790cafef'),
			macK: hex('ef4d8824cb80b2bcc5fbff8a9b12a42c'),
			macR: hex('cc8d4b948ee0ebfe1d415de921d10353'),
		},
		random,
	);
	const sealed = hex('69fb41c62d12def4593bd71757138606338f621aeaeb39da0fe4f99233f8037a54ea63338a813bcf3f75d8c3cc75dddf8750');
	t.is(sealer.open(sealed, 'the fixture').toString(), 'Dies ist ein Test!');
});

test('what is sealed is AES-256-CTR under its IV, and opens to the same bytes, at every length around the limits', t => {
	const sealer = newSealer();
	for (const length of lengths) {
		const plain = random.bytes(length);
		const sealed = sealer.seal(plain);
		t.is(sealed.length, length + Sealer.overhead);
		t.true(decrypt(sealed).equals(plain), `${length} bytes`);
		t.true(sealer.open(sealed, 'x').equals(plain), `${length} bytes`);
	}
});

test('the counter carries over all 128 bits of the IV', t => {
	for (const iv of ['ffffffffffffffffffffffffffffffff', '0000000000000000ffffffffffffffff', '00000000000000fffffffffffffffffe']) {
		const sealer = newSealer({bytes: length => Buffer.alloc(length, Buffer.from(iv, 'hex')), fraction: () => 0});
		const plain = random.bytes(100);
		const sealed = sealer.seal(plain);
		t.is(sealed.subarray(0, 16).toString('hex'), iv);
		t.deepEqual(decrypt(sealed), plain);
	}
});

test('a changed bit anywhere is refused, and the error names the object', t => {
	const sealer = newSealer();
	const sealed = sealer.seal(random.bytes(40));
	for (let bit = 0; bit < sealed.length * 8; bit++) {
		const damaged = Buffer.from(sealed);
		damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
		t.throws(() => sealer.open(damaged, 'index/0123'), {code: 'RepositoryDamaged', message: /^index\/0123 /});
	}
});

test('a message cut short is refused at every length', t => {
	const sealer = newSealer();
	const sealed = sealer.seal(random.bytes(20));
	for (let length = 0; length < sealed.length; length++) t.throws(() => sealer.open(sealed.subarray(0, length), 'x'), {code: 'RepositoryDamaged'});
});

test('another key opens nothing', t => {
	const other = new Sealer(generateMasterKey(random), random);
	t.is(other.tryOpen(newSealer().seal(Buffer.from('secret'))), undefined);
});

test('no IV comes twice, and the all-zero one that the format forbids is passed over', t => {
	const sealer = newSealer();
	const ivs = new Set<string>();
	for (let i = 0; i < 2000; i++) ivs.add(sealer.seal(Buffer.alloc(0)).toString('hex', 0, 16));
	t.is(ivs.size, 2000);

	let calls = 0;
	const zerosFirst: Random = {bytes: length => (calls++ === 0 ? Buffer.alloc(length) : Buffer.alloc(length, 1)), fraction: () => 0};
	t.is(newSealer(zerosFirst).seal(Buffer.alloc(0)).toString('hex', 0, 16), '01'.repeat(16));
});

test('a message sealed in pieces is an ordinary one, also while other messages are sealed in between', t => {
	const sealer = newSealer();
	fc.assert(
		fc.property(fc.array(fc.uint8Array({maxLength: 300}), {maxLength: 6}), fc.uint8Array({maxLength: 50}), (pieces, other) => {
			const first = sealer.sealStream();
			const second = sealer.sealStream();
			const ciphertext: Buffer[] = [];
			for (const piece of pieces) {
				ciphertext.push(first.update(piece));
				second.update(other);
				sealer.seal(other);
			}

			const sealed = Buffer.concat([first.iv, ...ciphertext, first.final()]);
			t.deepEqual(sealer.open(sealed, 'x'), Buffer.concat(pieces));
		}),
		{numRuns: 50},
	);
});

test('a message opened in pieces gives its plaintext, and fails at its end when it was changed', t => {
	const sealer = newSealer();
	const plain = random.bytes(100_000);
	const sealed = sealer.seal(plain);
	const openInPieces = (message: Buffer): Buffer => {
		const stream = sealer.openStream(message.subarray(0, 16), 'data/ab');
		const pieces: Buffer[] = [];
		for (let at = 16; at < message.length - 16; at += 33_333) pieces.push(stream.update(message.subarray(at, Math.min(at + 33_333, message.length - 16))));
		stream.final(message.subarray(-16));
		return Buffer.concat(pieces);
	};

	t.true(openInPieces(sealed).equals(plain));
	sealed[50_000] = (sealed[50_000] ?? 0) ^ 1;
	t.throws(() => openInPieces(sealed), {code: 'RepositoryDamaged', message: /^data\/ab /});
});
