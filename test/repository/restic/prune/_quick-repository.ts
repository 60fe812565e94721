import {join} from 'node:path';
import {neverAborts} from '../../../../src/base/abort.ts';
import {systemRandom} from '../../../../src/base/random.ts';
import {createKeyFile} from '../../../../src/repository/restic/crypto/key-file.ts';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {Sealer} from '../../../../src/repository/restic/crypto/sealer.ts';
import {encodeConfig, newConfig} from '../../../../src/repository/restic/files/config.ts';
import {configKey, keyFileKey} from '../../../../src/repository/restic/files/object-keys.ts';
import {openFilesystemStorage} from '../../../../src/storage/filesystem/open-filesystem-storage.ts';
import {password, reopen, temporaryDirectory, testClock} from '../write/_repository.ts';
import type {ExecutionContext} from 'ava';
import type {RepositoryOptions, TestRepository} from '../write/_repository.ts';

/** A new repository whose key costs next to nothing to derive, for tests that open it hundreds of times. */
export async function quickRepository(t: ExecutionContext, options: RepositoryOptions = {}): Promise<TestRepository> {
	const path = options.path ?? join(temporaryDirectory(t), 'repository');
	const storage = openFilesystemStorage({kind: 'filesystem', path});
	const masterKey = generateMasterKey(systemRandom);
	const {id, bytes} = await createKeyFile({password, masterKey, kdf: {N: 1024, r: 8, p: 1}, hostname: 'test', username: 'test', clock: testClock(), random: systemRandom});
	await storage.put(keyFileKey(id), bytes, neverAborts);
	await storage.put(configKey, encodeConfig(new Sealer(masterKey, systemRandom), newConfig(systemRandom)), neverAborts);
	await storage.close();
	return reopen(t, path, options);
}
