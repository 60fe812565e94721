import {neverAborts} from '../../src/base/abort.ts';
import {systemClock} from '../../src/base/clock.ts';
import {systemRandom} from '../../src/base/random.ts';
import {createKeyFile} from '../../src/repository/restic/crypto/key-file.ts';
import {generateMasterKey} from '../../src/repository/restic/crypto/master-key.ts';
import {Sealer} from '../../src/repository/restic/crypto/sealer.ts';
import {encodeConfig, newConfig} from '../../src/repository/restic/files/config.ts';
import {configKey, keyFileKey} from '../../src/repository/restic/files/object-keys.ts';
import {openFilesystemStorage} from '../../src/storage/filesystem/open-filesystem-storage.ts';
import type {ExecutionContext} from 'ava';
import type {RepositoryConfig} from '../../src/repository/restic/files/config.ts';
import type {Storage} from '../../src/storage/storage.ts';

export const password = 'nur für den Test';

export type EmptyRepository = {storage: Storage; sealer: Sealer; config: RepositoryConfig};

/** A repository of ours with nothing in it but its key and config, whose parts a test may choose. */
export async function emptyRepository(t: ExecutionContext, path: string, parts: Partial<RepositoryConfig> = {}): Promise<EmptyRepository> {
	const storage = openFilesystemStorage({kind: 'filesystem', path});
	t.teardown(async () => storage.close());
	const masterKey = generateMasterKey(systemRandom);
	const sealer = new Sealer(masterKey, systemRandom);
	const config = {...newConfig(systemRandom), ...parts};
	const {id, bytes} = await createKeyFile({password, masterKey, kdf: {N: 1024, r: 8, p: 1}, hostname: 'oracle', username: 'test', clock: systemClock, random: systemRandom});
	await storage.put(keyFileKey(id), bytes, neverAborts);
	await storage.put(configKey, encodeConfig(sealer, config), neverAborts);
	return {storage, sealer, config};
}
