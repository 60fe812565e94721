import test from 'ava';
import {createHash} from 'node:crypto';
import {cheapKdf, strongKdf} from '../../../../src/repository/restic/crypto/key-derivation.ts';
import {createKeyFile, openKeyFile} from '../../../../src/repository/restic/crypto/key-file.ts';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {seededRandom} from './_seeded-random.ts';
import type {Clock} from '../../../../src/base/clock.ts';

const random = seededRandom(2);
const clock: Clock = {now: () => new Date('2026-11-22T06:54:46.120Z'), monotonicMs: () => 0, sleep: async () => undefined};
const masterKey = generateMasterKey(random);
const cheap = {N: 1024, r: 8, p: 1};
const create = (password: string) => createKeyFile({password, masterKey, kdf: cheap, hostname: 'pod.ns', username: 'lazarette', clock, random});

test('a key file gives the master key for its password and nothing for another', async t => {
	const {bytes} = await create('correct horse');
	t.deepEqual(await openKeyFile(bytes, 'correct horse'), masterKey);
	t.is(await openKeyFile(bytes, 'correct horse '), undefined);
	t.is(await openKeyFile(bytes, ''), undefined);
});

test('a key file has the members restic writes, in its order, and is named by its hash', async t => {
	const {id, bytes} = await create('pässwörd');
	const file = JSON.parse(bytes.toString()) as Record<string, unknown>;
	t.deepEqual(Object.keys(file), ['created', 'username', 'hostname', 'kdf', 'N', 'r', 'p', 'salt', 'data']);
	t.like(file, {created: '2026-11-22T06:54:46.12Z', username: 'lazarette', hostname: 'pod.ns', kdf: 'scrypt', N: 1024, r: 8, p: 1});
	t.is(Buffer.from(String(file.salt), 'base64').length, 64);
	t.is(id, createHash('sha256').update(bytes).digest('hex'));
});

test('a password that somebody thought up is derived expensively, a generated one at next to no cost, and both open', async t => {
	for (const [password, kdf] of [['x', strongKdf], ['correct horse battery staple', strongKdf], ['WbB2bMIj8SpHBGLLaj2wxaJALwqNkCs1NZWq2aokf9w=', cheapKdf]] as const) {
		const {bytes} = await createKeyFile({password, masterKey, hostname: 'h', username: 'u', clock, random});
		t.like(JSON.parse(bytes.toString()), kdf);
		t.deepEqual(await openKeyFile(bytes, password), masterKey);
	}
});

test('an empty password is refused for a new key', async t => {
	await t.throwsAsync(create(''), {code: 'BadRequest', message: /password is empty/});
});

test('a derivation that would take too much memory or time is refused before it begins', async t => {
	const {bytes} = await create('x');
	const file = JSON.parse(bytes.toString()) as Record<string, unknown>;
	const open = (changes: Record<string, unknown>) => openKeyFile(Buffer.from(JSON.stringify({...file, ...changes})), 'x', 'keys/abc');
	await t.throwsAsync(open({N: 2 ** 30}), {code: 'RepositoryDamaged', message: /^keys\/abc .*N=1073741824.* MiB; at most 256 are accepted/});
	await t.throwsAsync(open({r: 2 ** 24}), {code: 'RepositoryDamaged', message: /MiB/});
	await t.throwsAsync(open({N: 2 ** 17, p: 2000, r: 1}), {code: 'RepositoryDamaged', message: /times what restic takes/});
	for (const changes of [{N: 1000}, {N: 0}, {N: 1}, {N: -2}, {N: 'x'}, {N: null}, {r: 0}, {p: 0}, {p: 1.5}]) await t.throwsAsync(open(changes), {code: 'RepositoryDamaged', message: /power of two/});
});

test('a malformed key file is reported as damage that names the file, not as a wrong password', async t => {
	const {bytes} = await create('x');
	const file = JSON.parse(bytes.toString()) as Record<string, unknown>;
	for (const content of ['', '{', 'null', '[]', JSON.stringify({...file, kdf: 'argon2'}), JSON.stringify({...file, salt: 'AAAA'}), JSON.stringify({...file, data: 1}), JSON.stringify({...file, data: ''})]) {
		await t.throwsAsync(openKeyFile(Buffer.from(content), 'x', 'keys/abc'), {code: 'RepositoryDamaged', message: /^keys\/abc /}, content);
	}
});
