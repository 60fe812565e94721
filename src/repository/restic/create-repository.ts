import {LazaretteError, isLazaretteError} from '../../base/errors.ts';
import {createKeyFile} from './crypto/key-file.ts';
import {generateMasterKey} from './crypto/master-key.ts';
import {Sealer} from './crypto/sealer.ts';
import {unlockRepository} from './crypto/unlock.ts';
import {encodeConfig, newConfig} from './files/config.ts';
import {configKey, idOfKey, keyFileKey, prefixes} from './files/object-keys.ts';
import type {Clock} from '../../base/clock.ts';
import type {Random} from '../../base/random.ts';
import type {Storage} from '../../storage/storage.ts';
import type {MasterKey} from './crypto/master-key.ts';
import type {ChunkerChoice, RepositoryConfig} from './files/config.ts';
import type {LockHolder} from './lock/lock-file.ts';

export type RepositoryAccess = {
	storage: Storage;
	password: string;
	clock: Clock;
	random: Random;
	signal: AbortSignal;
	/** Whom other users of the repository see in our locks. */
	holder: LockHolder;
};

export type CreateRepository = RepositoryAccess & {
	/** `Fast` unless given. */
	chunker?: ChunkerChoice;
};

export type CreatedRepository = {masterKey: MasterKey; keyId: string; config: RepositoryConfig};

/**
Writes the key, then the config, so that a repository exists from one moment on. When only a key of this password is there, an earlier creation was
cut off between the two, and is finished.
@throws RepositoryExists when anything else of a repository is there
*/
export async function createRepository(options: CreateRepository): Promise<CreatedRepository> {
	const {storage, random, signal} = options;
	await refuseRemains(storage, signal);
	const {masterKey, keyId, isNew} = await keyForCreation(options);

	const config = newConfig(random, options.chunker);
	try {
		await storage.put(configKey, encodeConfig(new Sealer(masterKey, random), config), signal, {onlyIfAbsent: true});
	} catch (error) {
		if (!isLazaretteError(error, 'ObjectExists')) throw error;
		// Somebody else created the repository in this moment; our key would only open nothing.
		if (isNew) await storage.remove(keyFileKey(keyId), signal);
		throw exists(storage, configKey);
	}
	return {masterKey, keyId, config};
}

/** Anything but keys. */
async function refuseRemains(storage: Storage, signal: AbortSignal): Promise<void> {
	for (const prefix of [prefixes.snapshots, prefixes.index, prefixes.data]) {
		for await (const {key} of storage.list(prefix, signal)) if (idOfKey(key)) throw exists(storage, key);
	}
	if (await storage.stat(configKey, signal)) throw exists(storage, configKey);
}

async function keyForCreation(options: CreateRepository): Promise<{masterKey: MasterKey; keyId: string; isNew: boolean}> {
	const {storage, password, clock, random, signal, holder} = options;
	for await (const {key} of storage.list(prefixes.keys, signal)) {
		if (!idOfKey(key)) continue;
		try {
			return {...(await unlockRepository(storage, password, signal)), isNew: false};
		} catch (error) {
			if (isLazaretteError(error, 'WrongPassword') || isLazaretteError(error, 'RepositoryDamaged')) throw exists(storage, key, error);
			throw error;
		}
	}

	const masterKey = generateMasterKey(random);
	const file = await createKeyFile({password, masterKey, hostname: holder.hostname, username: holder.username, clock, random});
	await storage.put(keyFileKey(file.id), file.bytes, signal, {sha256: file.id, onlyIfAbsent: true});
	return {masterKey, keyId: file.id, isNew: true};
}

const exists = (storage: Storage, key: string, cause?: unknown): LazaretteError =>
	new LazaretteError('RepositoryExists', `there is a repository at ${storage.location} already, or what is left of one: it holds ${key}`, {
		hint: 'open it instead of creating it, or choose an empty location; nothing was changed',
		cause,
	});
