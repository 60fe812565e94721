import {LazaretteError} from '../../base/errors.ts';
import {copyArchives} from './copy/copy-archives.ts';
import {prefixes} from './files/object-keys.ts';
import {forget} from './forget/forget.ts';
import {removeArchives} from './forget/remove-archives.ts';
import {makeRoom} from './full-store/make-room.ts';
import {addKey, changePassword, removeKey} from './keys/change-keys.ts';
import {readKeys} from './keys/read-keys.ts';
import {acquireLock} from './lock/acquire-lock.ts';
import {standLock} from './lock/stand-lock.ts';
import {waitForOthers} from './lock/wait-for-others.ts';
import {refuseUnlocked} from './no-lock.ts';
import {prune} from './prune/prune.ts';
import {repairIndex} from './repair/repair-index.ts';
import {repairPacks} from './repair/repair-packs.ts';
import {repairSnapshots} from './repair/repair-snapshots.ts';
import {readSnapshots} from './snapshot-files.ts';
import {changeTags} from './snapshots/change-tags.ts';
import {pinnedTag} from './snapshots/pinned.ts';
import {unlock} from './unlock/unlock.ts';
import type {Archive} from '../archive.ts';
import type {CopyOptions, CopyResult, CopySource} from './copy/copy-archives.ts';
import type {ForgetOptions, ForgetResult} from './forget/forget.ts';
import type {MadeRoom, MakeRoom} from './full-store/make-room.ts';
import type {RepositoryKey} from './keys/read-keys.ts';
import type {HeldLock} from './lock/held-lock.ts';
import type {LockHolder} from './lock/lock-file.ts';
import type {JudgeLock} from './lock/lock-policy.ts';
import type {StandingLock} from './lock/stand-lock.ts';
import type {RepositoryLock} from './no-lock.ts';
import type {OpenRepository} from './open-repository.ts';
import type {PruneOptions} from './prune/prune.ts';
import type {PruneResult} from './prune/prune-result.ts';
import type {RepairIndexOptions, RepairIndexResult} from './repair/repair-index.ts';
import type {RepairPacksOptions, RepairPacksResult} from './repair/repair-packs.ts';
import type {RepairSnapshotsOptions, RepairSnapshotsResult} from './repair/repair-snapshots.ts';
import type {ChangeTags, ChangedArchive} from './snapshots/change-tags.ts';
import type {UnlockOptions, UnlockResult} from './unlock/unlock.ts';

/**
What an administrator does to a repository. Whatever removes something holds the repository alone, for as long as it runs, and gives back the shared
lock first: no archive may be written or read meanwhile through the same object; one that is loses its lock and never becomes visible.
@throws LockedByOther, before anything is read or changed; BadRequest where the repository is append-only, or was opened without a lock
*/
export type Maintenance = {
	/** Applies a retention policy and, when `prune` is given, removes under the same lock what nothing needs any more. Dry when the policy's run is. */
	forget(options: ForgetOptions & {prune?: Omit<PruneOptions, 'archives' | 'dryRun'>}, signal: AbortSignal): Promise<{forgotten: ForgetResult; pruned?: PruneResult}>;
	/** Removes archives by choice. @throws BadRequest when one is pinned */
	removeArchives(archives: readonly Archive[], signal: AbortSignal): Promise<void>;
	/** Removes those that `choose` picks of all there are, while nobody else can change them. Resolves to what is left. @throws BadRequest when one is pinned */
	removeChosen(choose: (archives: readonly Archive[]) => readonly Archive[], signal: AbortSignal): Promise<Archive[]>;
	prune(options: Omit<PruneOptions, 'archives'>, signal: AbortSignal): Promise<PruneResult>;

	/** Prunes, and forgets before that, where there is no room even for a lock. */
	makeRoom(options: MakeRoom, signal: AbortSignal): Promise<MadeRoom>;

	changeTags(options: ChangeTags, signal: AbortSignal): Promise<ChangedArchive[]>;
	/** A pinned archive is never forgotten. */
	pin(select: ChangeTags['select'], signal: AbortSignal): Promise<ChangedArchive[]>;
	unpin(select: ChangeTags['select'], signal: AbortSignal): Promise<ChangedArchive[]>;

	keys(signal: AbortSignal): Promise<RepositoryKey[]>;
	/** Returns the new key's ID. */
	addKey(newPassword: string, signal: AbortSignal): Promise<string>;
	/** Takes the beginning of an ID. */
	removeKey(idPrefix: string, signal: AbortSignal): Promise<string>;
	/** Replaces the password the repository was opened with. */
	changePassword(newPassword: string, signal: AbortSignal): Promise<string>;

	/** Makes the index say what is there. */
	repairIndex(options: RepairIndexOptions, signal: AbortSignal): Promise<RepairIndexResult>;
	/** Salvages what is intact in damaged packs. */
	repairPacks(options: RepairPacksOptions, signal: AbortSignal): Promise<RepairPacksResult>;
	/** Writes damaged archives anew without what is lost. */
	repairSnapshots(options: RepairSnapshotsOptions, signal: AbortSignal): Promise<RepairSnapshotsResult>;

	/** This repository as one to copy from, locked against removals until it is closed. */
	copySource(signal: AbortSignal): Promise<CopySource>;
	/** Brings archives from another repository. */
	copyFrom(options: CopyOptions, signal: AbortSignal): Promise<CopyResult>;

	/** Removes locks of dead holders and those that are chosen, or with `all` every lock there is. @throws BadRequest for a lock that is none, before any is removed */
	unlock(options: Pick<UnlockOptions, 'all' | 'chosen'>, signal: AbortSignal): Promise<UnlockResult>;
};

export type MaintenanceOptions = {
	shared: RepositoryLock;
	holder: LockHolder;
	judgeLock: JudgeLock;
	/** The password the repository was opened with. */
	password: string;
	/** How long to wait while others hold the repository. */
	patienceMs: number;
	/** Told how many locks of dead holders were removed on the way to a lock. */
	onRemovedLocks?: (count: number) => void;
};

export function maintenance(repository: OpenRepository, options: MaintenanceOptions): Maintenance {
	const {shared, holder, judgeLock, patienceMs} = options;
	let {password} = options;

	/** `work` may read before the lock is held, and change nothing. */
	const standAlone = async <Result>(signal: AbortSignal, work: (lock: StandingLock) => Promise<Result>): Promise<Result> => {
		refuseUnlocked(shared, repository.storage.location);
		refuseRemovals(repository);
		await shared.release();
		const {storage, sealer, clock, random, config, firstListing} = repository;
		const stand = async () => standLock({storage, sealer, clock, random, holder, judge: judgeLock, version: config.version, exclusive: true, signal, listed: () => firstListing?.take(prefixes.locks)});
		const lock = await waitForOthers(stand, {clock, random, patienceMs, signal});
		let result: Result;
		try {
			result = await work(lock);
			options.onRemovedLocks?.((await lock.held()).removedLocks);
		} catch (error) {
			// Whoever was there at the same time explains what was not found as it should be.
			const failure: unknown = await lock.held().then(() => error, (refusal: unknown) => refusal);
			// The first failure is the one to tell; a lock that stays behind goes stale.
			await lock.release().catch(() => {});
			throw failure;
		}
		await lock.release();
		return result;
	};
	const alone = async <Result>(signal: AbortSignal, work: (lock: HeldLock) => Promise<Result>): Promise<Result> => standAlone(signal, async lock => work(await lock.held()));
	const beside = async <Result>(signal: AbortSignal, work: (lock: HeldLock) => Promise<Result>): Promise<Result> => work(await shared.held(signal));
	const writing = async <Result>(signal: AbortSignal, work: (lock: HeldLock) => Promise<Result>): Promise<Result> => {
		refuseUnlocked(shared, repository.storage.location);
		return beside(signal, work);
	};
	const retag = async (change: ChangeTags, signal: AbortSignal): Promise<ChangedArchive[]> => alone(signal, async lock => changeTags(repository, lock, change, signal));

	return {
		forget: async ({prune: pruneOptions, ...forgetOptions}, signal) =>
			(forgetOptions.dryRun ? beside : alone)(signal, async lock => {
				const forgotten = await forget(repository, lock, forgetOptions, signal);
				if (!pruneOptions) return {forgotten};
				return {forgotten, pruned: await prune(repository, lock, {...pruneOptions, archives: forgotten.remaining, dryRun: forgetOptions.dryRun ?? false}, signal)};
			}),
		removeArchives: async (archives, signal) => alone(signal, async lock => removeArchives(repository, lock, archives, signal)),
		removeChosen: async (choose, signal) =>
			alone(signal, async lock => {
				const archives = await readSnapshots(repository, signal);
				const chosen = new Set(choose(archives));
				await removeArchives(repository, lock, [...chosen], signal);
				return archives.filter(archive => !chosen.has(archive));
			}),
		prune: async (pruneOptions, signal) => (pruneOptions.dryRun ? beside : standAlone)(signal, async (lock: HeldLock | StandingLock) => prune(repository, lock, pruneOptions, signal)),

		async makeRoom(roomOptions, signal) {
			refuseUnlocked(shared, repository.storage.location);
			refuseRemovals(repository);
			await shared.release();
			const {storage, sealer, clock, random, config} = repository;
			return makeRoom(repository, async () => acquireLock({storage, sealer, clock, random, holder, judge: judgeLock, version: config.version, exclusive: true, signal}), roomOptions, signal);
		},

		changeTags: retag,
		pin: async (select, signal) => retag({select, change: {add: [pinnedTag]}}, signal),
		unpin: async (select, signal) => retag({select, change: {remove: [pinnedTag]}}, signal),

		repairIndex: async (repairOptions, signal) => (repairOptions.dryRun ? beside : alone)(signal, async lock => repairIndex(repository, lock, repairOptions, signal)),
		repairPacks: async (repairOptions, signal) => alone(signal, async lock => repairPacks(repository, lock, repairOptions, signal)),
		repairSnapshots: async (repairOptions, signal) => (repairOptions.dryRun ? beside : alone)(signal, async lock => repairSnapshots(repository, lock, repairOptions, signal)),

		async copySource(signal) {
			await shared.held(signal);
			return {repository};
		},
		copyFrom: async (copyOptions, signal) => writing(signal, async lock => copyArchives(repository, lock, copyOptions, signal)),

		keys: async signal => readKeys(repository, signal),
		addKey: async (newPassword, signal) => writing(signal, async lock => addKey(repository, lock, {currentPassword: password, newPassword, holder}, signal)),
		removeKey: async (idPrefix, signal) => alone(signal, async lock => removeKey(repository, lock, idPrefix, signal)),
		async changePassword(newPassword, signal) {
			const before = repository.keyId;
			try {
				return await alone(signal, async lock => changePassword(repository, lock, {currentPassword: password, newPassword, holder}, signal));
			} finally {
				if (repository.keyId !== before) password = newPassword;
			}
		},

		async unlock({all = false, chosen = []}, signal) {
			if (all) await shared.release();
			return unlock(repository, {judge: judgeLock, all, chosen}, signal);
		},
	};
}

/** rustic's word for a repository of which nothing may be removed; whoever may remove something may also take the word out of the config, knowingly. */
function refuseRemovals({config, storage}: OpenRepository): void {
	if (config.foreign['append_only'] !== true) return;
	throw new LazaretteError('BadRequest', `the repository at ${storage.location} is append-only: its config says so`, {
		hint: 'nothing was removed or changed; set append_only to false with rustic if archives may be removed after all',
	});
}
