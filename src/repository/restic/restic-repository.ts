import {LazaretteError, isLazaretteError} from '../../base/errors.ts';
import {checkRepository} from './check/check-repository.ts';
import {createRepository} from './create-repository.ts';
import {Sealer} from './crypto/sealer.ts';
import {unlockRepository} from './crypto/unlock.ts';
import {decodeConfig} from './files/config.ts';
import {configKey, prefixes} from './files/object-keys.ts';
import {rusticSettings} from './files/rustic-settings.ts';
import {FirstListing} from './first-listing.ts';
import {tendLocks} from './lock/tend-locks.ts';
import {defaultPackSize} from './pack/pack-writer.ts';
import {maintenance} from './maintenance.ts';
import {noLock, refuseUnlocked} from './no-lock.ts';
import {openArchiveReader} from './read/archive-reader.ts';
import {SharedLock} from './shared-lock.ts';
import {readSnapshots} from './snapshot-files.ts';
import {startArchive} from './write/archive-writer.ts';
import {defaultCompression} from './write/compression.ts';
import type {Storage} from '../../storage/storage.ts';
import type {Repository} from '../repository.ts';
import type {CheckOptions, CheckResult} from './check/check-result.ts';
import type {RepositoryAccess} from './create-repository.ts';
import type {ChunkerChoice, RepositoryConfig} from './files/config.ts';
import type {Listed} from './first-listing.ts';
import type {JudgeLock} from './lock/lock-policy.ts';
import type {Maintenance} from './maintenance.ts';
import type {OpenRepository} from './open-repository.ts';
import type {TreeForm} from './tree/node-encoder.ts';
import type {Compression} from './write/compression.ts';

export type OpenResticRepository = RepositoryAccess & {
	/** Which locks of others are proven dead and may be removed. */
	judgeLock: JudgeLock;
	/** Once the ID is known, any other repository found at the location is refused. */
	expectedId?: string;
	/** `canonical` unless given. */
	treeForm?: TreeForm;
	/** `auto` unless given. */
	compression?: Compression;
	/** Threads that store content besides the main one; as cores and memory have room for unless given. */
	threads?: number | 'auto';
	/** Bytes at which a pack is closed; 16 MiB unless given. */
	packSize?: number;
	/** Which compressed pieces of content are decompressed again before they count: one in 16 unless given, or all. */
	verify?: 'sample' | 'all';
	/** How long to wait while others hold the repository; not at all unless given. */
	lockPatienceMs?: number;
	/** `false`: leave no lock, for whom may only read; whatever would write refuses. */
	lock?: boolean;
};

export type ResticRepository = Repository & Maintenance & {
	readonly layout: 'Restic';
	readonly config: Readonly<RepositoryConfig>;
	/** The key file that the password opened. */
	readonly keyId: string;
	/** Locks of dead holders that this process removed. */
	readonly removedLocks: number;
	/** Removes locks of dead holders now, without taking a lock; the others are counted. */
	tendLocks(signal: AbortSignal): Promise<{removed: number; remaining: number}>;
	/** Proves the repository sound or says what is not; damage is a result, never an error. */
	check(options: CheckOptions, signal: AbortSignal): Promise<CheckResult>;
};

/**
Opens what is there and changes nothing.
@throws NotARepository; WrongPassword; RepositoryDamaged; UnsupportedVersion
*/
export async function openResticRepository(options: OpenResticRepository): Promise<ResticRepository> {
	const {storage, password, random, signal, expectedId} = options;
	const firstListing = new FirstListing(options.clock);
	const {masterKey, keyId, keys} = await unlockRepository(storage, password, signal, firstListing.keys(storage, signal));
	const sealer = new Sealer(masterKey, random);
	const config = decodeConfig(sealer, await readConfig(storage, signal));
	if (expectedId !== undefined && config.id !== expectedId) {
		throw new LazaretteError('NotARepository', `the repository at ${storage.location} has the ID ${config.id}, but ${expectedId} was there before`, {
			hint: 'another repository took its place: check bucket and prefix; nothing was changed',
			context: {found: config.id, expected: expectedId},
		});
	}
	return resticRepository(openWith({sealer, config, keyId, keysSeen: keys, firstListing}, options), options);
}

/**
Makes a repository at an empty location and opens it.
@throws RepositoryExists when anything of a repository is there
*/
export async function createResticRepository(options: Omit<OpenResticRepository, 'expectedId'> & {chunker?: ChunkerChoice}): Promise<ResticRepository> {
	const {masterKey, keyId, config} = await createRepository(options);
	return resticRepository(openWith({sealer: new Sealer(masterKey, options.random), config, keyId}, options), options);
}

function openWith(opened: Pick<OpenRepository, 'sealer' | 'config' | 'keyId' | 'keysSeen' | 'firstListing'>, options: OpenResticRepository): OpenRepository {
	const rustic = rusticSettings(opened.config.foreign);
	const {storage, clock, random, treeForm = 'canonical', compression = rustic.compression ?? defaultCompression, packSize = rustic.packSize ?? defaultPackSize, verify = rustic.verify ?? 'sample', threads} = options;
	return {...opened, storage, clock, random, treeForm, compression, packSize, verify, ...(threads !== undefined && {threads})};
}

function resticRepository(repository: OpenRepository, {holder, judgeLock, password, lockPatienceMs: patienceMs = 0, lock: locks = true}: OpenResticRepository): ResticRepository {
	const {storage, sealer, config, clock, random, firstListing} = repository;
	const listed = (): Listed | undefined => firstListing?.take(prefixes.locks);
	const lock = locks ? new SharedLock({storage, sealer, clock, random, holder, judge: judgeLock, version: config.version, listed, patienceMs}) : noLock;
	let removedAlone = 0;
	return {
		...maintenance(repository, {shared: lock, holder, judgeLock, password, patienceMs, onRemovedLocks: count => (removedAlone += count)}),
		id: config.id,
		layout: 'Restic',
		location: storage.location,
		config,
		get keyId() {
			return repository.keyId;
		},
		get removedLocks() {
			return lock.removedLocks + removedAlone;
		},
		archives: async (signal, onDamaged) => readSnapshots(repository, signal, onDamaged),
		archivesAtOpening: async (signal, onDamaged) => readSnapshots(repository, signal, onDamaged, firstListing?.take(prefixes.snapshots)?.objects),
		async startArchive(start, signal) {
			refuseUnlocked(lock, storage.location);
			const standing = await lock.standing(signal);
			try {
				return await startArchive(repository, standing, start, signal);
			} catch (error) {
				// Who holds the repository alone may be removing what could not be read.
				await standing.held();
				throw error;
			}
		},
		async openArchive(archive, signal) {
			return openArchiveReader(repository, archive, (await lock.standing(signal)).signal, signal);
		},
		tendLocks: async signal => tendLocks(repository, judgeLock, signal),
		async check(checkOptions, signal) {
			const standing = await lock.standing(signal);
			const result = await checkRepository(repository, checkOptions, AbortSignal.any([signal, standing.signal]));
			// What a prune removed in the same moment must not be reported as missing.
			await standing.held();
			return result;
		},
		close: async () => lock.release(),
	};
}

async function readConfig(storage: Storage, signal: AbortSignal): Promise<Buffer> {
	try {
		return await storage.get(configKey, signal);
	} catch (error) {
		if (!isLazaretteError(error, 'ObjectNotFound')) throw error;
		throw new LazaretteError('RepositoryDamaged', `the repository at ${storage.location} has keys but no config`, {
			cause: error,
			hint: 'when its creation was interrupted, create it again with the same password; otherwise bring back the object "config" from a copy',
		});
	}
}
