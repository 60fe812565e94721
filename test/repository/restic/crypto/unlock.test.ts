import test from 'ava';
import {createHash} from 'node:crypto';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {neverAborts} from '../../../../src/base/abort.ts';
import {systemClock} from '../../../../src/base/clock.ts';
import {cheapKdf, strongKdf} from '../../../../src/repository/restic/crypto/key-derivation.ts';
import {createKeyFile} from '../../../../src/repository/restic/crypto/key-file.ts';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {unlockRepository} from '../../../../src/repository/restic/crypto/unlock.ts';
import {openFilesystemStorage} from '../../../../src/storage/filesystem/open-filesystem-storage.ts';
import {seededRandom} from './_seeded-random.ts';
import type {ExecutionContext} from 'ava';
import type {KeyDerivation} from '../../../../src/repository/restic/crypto/key-derivation.ts';
import type {Storage} from '../../../../src/storage/storage.ts';

const random = seededRandom(3);
const masterKey = generateMasterKey(random);

async function emptyStorage(t: ExecutionContext): Promise<Storage> {
	const path = await mkdtemp(join(tmpdir(), 'lazarette-unlock-'));
	const storage = openFilesystemStorage({kind: 'filesystem', path});
	t.teardown(async () => {
		await storage.close();
		await rm(path, {recursive: true, force: true});
	});
	return storage;
}

async function addKey(storage: Storage, password: string): Promise<string> {
	const {id, bytes} = await createKeyFile({password, masterKey, kdf: {N: 16, r: 8, p: 1}, hostname: 'h', username: 'u', clock: systemClock, random});
	await storage.put(`keys/${id}`, bytes, neverAborts);
	return id;
}

async function putNamedByHash(storage: Storage, content: string): Promise<void> {
	await storage.put(`keys/${createHash('sha256').update(content).digest('hex')}`, Buffer.from(content), neverAborts);
}

test('each of several passwords opens the repository', async t => {
	const storage = await emptyStorage(t);
	const ids = [await addKey(storage, 'one'), await addKey(storage, 'two'), await addKey(storage, 'three')];
	for (const [index, password] of ['one', 'two', 'three'].entries()) {
		const {masterKey: found, keyId} = await unlockRepository(storage, password, neverAborts);
		t.deepEqual(found, masterKey);
		t.is(keyId, ids[index] ?? '');
	}
});

test('a wrong password is told apart from a place without repository', async t => {
	const storage = await emptyStorage(t);
	await t.throwsAsync(unlockRepository(storage, 'x', neverAborts), {code: 'NotARepository'});
	await addKey(storage, 'right');
	const error = await t.throwsAsync(unlockRepository(storage, 'wrong', neverAborts), {code: 'WrongPassword', message: /opens none of the 1 keys/});
	t.false(JSON.stringify(error).includes('wrong"'));
});

test('a damaged key does not hide a good one, and is reported when it is the only one', async t => {
	const storage = await emptyStorage(t);
	await putNamedByHash(storage, '{"kdf":"unknown"}');
	await t.throwsAsync(unlockRepository(storage, 'right', neverAborts), {code: 'RepositoryDamaged', message: /^keys\/[0-9a-f]{64} /});
	await storage.put(`keys/${'0'.repeat(64)}`, Buffer.from('not what its name says'), neverAborts);
	await addKey(storage, 'right');
	t.deepEqual((await unlockRepository(storage, 'right', neverAborts)).masterKey, masterKey);
	await t.throwsAsync(unlockRepository(storage, 'wrong', neverAborts), {code: 'WrongPassword'});
});

test('objects beside the keys whose names are no IDs are passed over', async t => {
	const storage = await emptyStorage(t);
	await storage.put('keys/README', Buffer.from('x'), neverAborts);
	await t.throwsAsync(unlockRepository(storage, 'x', neverAborts), {code: 'NotARepository'});
});

test('no more than twenty keys are tried', async t => {
	const storage = await emptyStorage(t);
	for (let i = 0; i < 22; i++) await addKey(storage, 'other');
	await t.throwsAsync(unlockRepository(storage, 'x', neverAborts), {code: 'WrongPassword', message: /none of the 20 keys/});
});

test('a generated password tries the keys that cost nothing before those that do, and those as well', async t => {
	const storage = await emptyStorage(t);
	const [generated, other] = ['WbB2bMIj8SpHBGLLaj2wxaJALwqNkCs1NZWq2aokf9w=', '7mJ0tYq2Yb1UeKpXc3NfR8sGdLhV5aWzQ9oTxE4iMuA='];
	const put = async (password: string, kdf: KeyDerivation): Promise<string> => {
		const {id, bytes} = await createKeyFile({password, masterKey, kdf, hostname: 'h', username: 'u', clock: systemClock, random});
		await storage.put(`keys/${id}`, bytes, neverAborts);
		return id;
	};
	const one = process.cpuUsage();
	await put('thought up', strongKdf);
	const {user: dear} = process.cpuUsage(one);
	await Promise.all(Array.from({length: 6}, async () => put('thought up', strongKdf)));
	const cheap = await put(generated, cheapKdf);
	const begun = process.cpuUsage();
	t.is((await unlockRepository(storage, generated, neverAborts)).keyId, cheap);
	const {user} = process.cpuUsage(begun);
	t.true(user < dear, `${user} microseconds, against ${dear} for one expensive key: none was tried`);

	const adopted = await put(other, strongKdf);
	t.is((await unlockRepository(storage, other, neverAborts)).keyId, adopted, 'a generated password that restic made a key for');
	t.not((await unlockRepository(storage, 'thought up', neverAborts)).keyId, cheap);
});
