import test from 'ava';
import {compress} from '../../../../src/repository/restic/files/zstd.ts';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {Sealer} from '../../../../src/repository/restic/crypto/sealer.ts';
import {decodeUnpacked, encodeUnpacked} from '../../../../src/repository/restic/files/unpacked.ts';
import {seededRandom} from '../crypto/_seeded-random.ts';

const random = seededRandom(9);
const sealer = new Sealer(generateMasterKey(random), random);

test('a file is one zstd frame behind the byte 2, sealed, and reads back', t => {
	const stored = encodeUnpacked(sealer, {packs: [], text: '<x>'});
	const plain = sealer.open(stored, 'x');
	t.is(plain[0], 2);
	t.is(plain.readUInt32LE(1), 0xfd2fb528);
	t.is(decodeUnpacked(sealer, stored, 'x').toString(), '{"packs":[],"text":"\\u003cx\\u003e"}');
});

test('finished text is stored as it is', t => {
	const text = Buffer.from('{"already": "text"}\n');
	t.deepEqual(decodeUnpacked(sealer, encodeUnpacked(sealer, text), 'x'), text);
});

test('in a repository of version 1 nothing is compressed, since its readers know no compression', t => {
	t.is(sealer.open(encodeUnpacked(sealer, {a: 1}, 1), 'x').toString(), '{"a":1}');
});

test('uncompressed files of old repositories are read', t => {
	for (const json of ['{"a":1}', '[]']) t.is(decodeUnpacked(sealer, sealer.seal(Buffer.from(json)), 'x').toString(), json);
});

test('an unknown encoding, an empty file and a broken frame are reported as damage that names the object', t => {
	const frame = compress(Buffer.from('{}'), 3);
	for (const plain of [Buffer.alloc(0), Buffer.from('\u0003'), Buffer.concat([Buffer.of(1), frame]), Buffer.concat([Buffer.of(2), frame.subarray(0, -1)])]) {
		t.throws(() => decodeUnpacked(sealer, sealer.seal(plain), 'index/ab'), {code: 'RepositoryDamaged', message: /^index\/ab /}, plain.toString('hex'));
	}
});
