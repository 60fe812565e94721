import test from 'ava';
import {createChunker} from '../../../../src/repository/restic/chunker/create-chunker.ts';
import {resticGeometry} from '../../../../src/repository/restic/chunker/chunker-geometry.ts';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {Sealer} from '../../../../src/repository/restic/crypto/sealer.ts';
import {decodeConfig, encodeConfig, newConfig} from '../../../../src/repository/restic/files/config.ts';
import {seededRandom} from '../crypto/_seeded-random.ts';

const random = seededRandom(10);
const sealer = new Sealer(generateMasterKey(random), random);
const id = 'ab'.repeat(32);
const valid = {version: 2, id, chunker_polynomial: '3da3358b4dc173'};

const stored = (json: unknown): Buffer => sealer.seal(Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)));
const decode = (json: unknown) => decodeConfig(sealer, stored(json));

test('a new config is version 2, with an ID and a polynomial of its own, and reads back', t => {
	const config = newConfig(random);
	const again = decodeConfig(sealer, encodeConfig(sealer, config));
	t.deepEqual(again, config);
	t.is(config.version, 2);
	t.is(config.chunker.kind, 'Fast');
	t.not(newConfig(random).id, config.id);
	t.notDeepEqual(newConfig(random).chunker, config.chunker);
	const shared = newConfig(random, 'Restic');
	t.deepEqual(decodeConfig(sealer, encodeConfig(sealer, shared)), shared);
	t.deepEqual(shared.chunker, resticGeometry);
	t.deepEqual(shared.foreign, {});
});

test('our chunker and its seed are a member of their own, kept as it is when the config is written again', t => {
	const seed = 'cd'.repeat(32);
	const text = `{"version":2,"id":"${id}","chunker_polynomial":"3da3358b4dc173","lazarette_chunker":{"version":1,"seed":"${seed}"},"append_only":true}`;
	const config = decode(text);
	t.deepEqual(config.chunker, {kind: 'Fast', seed});
	t.is(createChunker(config).maxSize, 2 ** 22);
	t.is(sealer.open(encodeConfig(sealer, config), 'x').toString(), text);
	for (const member of [null, 'x', {}, {version: 1}, {version: 1, seed: 'ab'}, {version: '1', seed}]) t.throws(() => decode({...valid, lazarette_chunker: member}), {code: 'RepositoryDamaged', message: /lazarette_chunker/});
});

test('a chunker of a later version can be read past, but nothing is cut by guess', t => {
	const config = decode({...valid, lazarette_chunker: {version: 2, seed: 'cd'.repeat(32)}});
	t.throws(() => createChunker(config), {code: 'UnsupportedVersion', message: /lazarette_chunker version 2/});
});

test('the stored config is raw JSON with restic’s members in its order', t => {
	const config = decode(valid);
	t.is(sealer.open(encodeConfig(sealer, config), 'x').toString(), JSON.stringify(valid));
});

test('members of rustic and of the future stay as they are', t => {
	const text = `{"version":2,"id":"${id}","chunker_polynomial":"3da3358b4dc173","is_hot":true,"datapack_size":18446744073709551615,"future":{"b":[1,"\\u003c"]}}`;
	t.is(sealer.open(encodeConfig(sealer, decode(text)), 'x').toString(), text);
});

test('rustic’s chunker settings decide how files are cut', t => {
	t.deepEqual(decode({...valid, chunk_size: 2 ** 21, chunk_min_size: 2 ** 20, chunk_max_size: 2 ** 24}).chunker, {kind: 'Rabin', minSize: 2 ** 20, averageSize: 2 ** 21, maxSize: 2 ** 24});
	t.deepEqual(decode({...valid, chunker: 'FixedSize', chunk_size: 1_045_504}).chunker, {kind: 'FixedSize', size: 1_045_504});
	const chunker = createChunker(decode({...valid, chunker: 'FixedSize'}));
	t.is(chunker.maxSize, 2 ** 20);
	t.is(createChunker(decode({...valid, chunk_max_size: 2 ** 22})).input.length, 2 ** 22 + 2 ** 19);
});

test('version 1 is accepted; later ones and chunkers nobody here knows need another program, and say so', t => {
	t.is(decode({...valid, version: 1}).version, 1);
	t.throws(() => decode({...valid, version: 3}), {code: 'UnsupportedVersion', message: /format version 3/});
	t.throws(() => decode({...valid, version: 0}), {code: 'UnsupportedVersion'});
	t.throws(() => decode({...valid, chunker: 'FastCDC'}), {code: 'UnsupportedVersion', message: /chunker "FastCDC"/});
	t.throws(() => decode({...valid, chunk_size: 3 * 2 ** 20}), {code: 'UnsupportedVersion', message: /power of two/});
	t.throws(() => decode({...valid, chunk_max_size: 2 ** 40}), {code: 'UnsupportedVersion', message: /chunk_max_size 1099511627776/});
	t.throws(() => decode({...valid, chunk_min_size: 2 ** 21}), {code: 'UnsupportedVersion', message: /between/});
});

test('a malformed config is damage, and the member is named', t => {
	t.throws(() => decode('{'), {code: 'RepositoryDamaged', message: /not JSON/});
	t.throws(() => decode('[]'), {code: 'RepositoryDamaged', message: /no JSON object/});
	for (const [member, value] of Object.entries({version: '2', id: 'xyz', chunker_polynomial: 5})) t.throws(() => decode({...valid, [member]: value}), {code: 'RepositoryDamaged', message: new RegExp(` ${member} `)});
	t.throws(() => decode({...valid, chunker_polynomial: '3da3358b4dc172'}), {code: 'RepositoryDamaged', message: /irreducible/});
	t.throws(() => decode({...valid, chunk_size: 'x'}), {code: 'RepositoryDamaged', message: / chunk_size /});
	t.throws(() => decodeConfig(sealer, Buffer.alloc(100)), {code: 'RepositoryDamaged', message: /^config /});
});
