import test from 'ava';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {neverAborts} from '../../src/base/abort.ts';
import {systemClock} from '../../src/base/clock.ts';
import {systemRandom} from '../../src/base/random.ts';
import {createKeyFile} from '../../src/repository/restic/crypto/key-file.ts';
import {Sealer} from '../../src/repository/restic/crypto/sealer.ts';
import {unlockRepository} from '../../src/repository/restic/crypto/unlock.ts';
import {decodeConfig} from '../../src/repository/restic/files/config.ts';
import {formatPolynomial} from '../../src/repository/restic/chunker/polynomial.ts';
import {keyFileKey} from '../../src/repository/restic/files/object-keys.ts';
import {openFilesystemStorage} from '../../src/storage/filesystem/open-filesystem-storage.ts';
import {emptyRepository, password} from './_empty-repository.ts';
import {restic, resticBinaries, resticOutput} from './_restic.ts';
import type {ExecutionContext} from 'ava';

async function temporary(t: ExecutionContext): Promise<string> {
	const path = await mkdtemp(join(tmpdir(), 'lazarette-key-'));
	t.teardown(async () => rm(path, {recursive: true, force: true}));
	return path;
}

for (const {version, path: binary} of await resticBinaries()) {
	const wrongPasswordExitCode = Number(version.split('.')[1]) >= 17 ? 12 : 1;

	test(`a repository that restic ${version} made opens with each of its passwords, and its config says what restic says`, async t => {
		const root = await temporary(t);
		const path = join(root, 'repository');
		const second = join(root, 'second-password');
		await writeFile(second, 'pässword two');
		await resticOutput(binary, path, password, ['init']);
		await resticOutput(binary, path, password, ['key', 'add', '--new-password-file', second]);
		const {id, chunker_polynomial: polynomial} = JSON.parse(await resticOutput(binary, path, password, ['cat', 'config'])) as Record<string, string>;

		const storage = openFilesystemStorage({kind: 'filesystem', path});
		t.teardown(async () => storage.close());
		const one = await unlockRepository(storage, password, neverAborts);
		const two = await unlockRepository(storage, 'pässword two', neverAborts);
		t.deepEqual(one.masterKey.encrypt, two.masterKey.encrypt);
		t.not(one.keyId, two.keyId);
		await t.throwsAsync(unlockRepository(storage, 'another', neverAborts), {code: 'WrongPassword'});

		const config = decodeConfig(new Sealer(one.masterKey, systemRandom), await storage.get('config', neverAborts));
		t.like({...config, polynomial: formatPolynomial(config.polynomial)}, {version: 2, id, polynomial, foreign: {}});
	});

	test(`restic ${version} opens a repository of ours with each password it has, our cheap default key among them, and adds one itself`, async t => {
		const root = await temporary(t);
		const path = join(root, 'repository');
		const {storage, config} = await emptyRepository(t, path);
		const {masterKey} = await unlockRepository(storage, password, neverAborts);
		const ours = await createKeyFile({password: 'zweites', masterKey, hostname: 'h', username: 'u', clock: systemClock, random: systemRandom});
		await storage.put(keyFileKey(ours.id), ours.bytes, neverAborts);
		const third = join(root, 'third-password');
		await writeFile(third, 'third');
		await resticOutput(binary, path, password, ['key', 'add', '--new-password-file', third]);

		for (const each of [password, 'zweites', 'third']) {
			const shown = JSON.parse(await resticOutput(binary, path, each, ['cat', 'config'])) as unknown;
			t.deepEqual(shown, {version: 2, id: config.id, chunker_polynomial: formatPolynomial(config.polynomial)});
			// restic 0.14 stores the MAC key with the bits cleared that never count, so the keys are compared by what they do.
			const opened = await unlockRepository(storage, each, neverAborts);
			t.is(new Sealer(opened.masterKey, systemRandom).open(new Sealer(masterKey, systemRandom).seal(Buffer.from('same')), 'a message').toString(), 'same');
		}

		t.is((await restic(binary, path, 'wrong', ['cat', 'config'])).code, wrongPasswordExitCode);
		t.is((await restic(binary, path, password, ['check'])).code, 0);
	});
}
