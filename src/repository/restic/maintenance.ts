import {forget} from './forget/forget.ts';
import {removeArchives} from './forget/remove-archives.ts';
import {addKey, changePassword, removeKey} from './keys/change-keys.ts';
import {readKeys} from './keys/read-keys.ts';
import {acquireLock} from './lock/acquire-lock.ts';
import {prune} from './prune/prune.ts';
import {changeTags} from './snapshots/change-tags.ts';
import {pinnedTag} from './snapshots/pinned.ts';
import {unlock} from './unlock/unlock.ts';
import type {Archive} from '../archive.ts';
import type {ForgetOptions, ForgetResult} from './forget/forget.ts';
import type {RepositoryKey} from './keys/read-keys.ts';
import type {HeldLock} from './lock/held-lock.ts';
import type {LockHolder} from './lock/lock-file.ts';
import type {JudgeLock} from './lock/lock-policy.ts';
import type {OpenRepository} from './open-repository.ts';
import type {PruneOptions} from './prune/prune.ts';
import type {PruneResult} from './prune/prune-result.ts';
import type {SharedLock} from './shared-lock.ts';
import type {ChangeTags, ChangedArchive} from './snapshots/change-tags.ts';
import type {UnlockOptions, UnlockResult} from './unlock/unlock.ts';

/**
What an administrator does to a repository. Whatever removes something holds the repository alone, for as long as it runs, and gives back the shared
lock first: no archive may be written or read meanwhile through the same object; one that is loses its lock and never becomes visible.
@throws LockedByOther, before anything is read or changed
*/
export type Maintenance = {
	/** Applies a retention policy and, when `prune` is given, removes under the same lock what nothing needs any more. Dry when the policy's run is. */
	forget(options: ForgetOptions & {prune?: Omit<PruneOptions, 'archives' | 'dryRun'>}, signal: AbortSignal): Promise<{forgotten: ForgetResult; pruned?: PruneResult}>;
	/** Removes archives by choice. @throws BadRequest when one is pinned */
	removeArchives(archives: readonly Archive[], signal: AbortSignal): Promise<void>;
	prune(options: Omit<PruneOptions, 'archives'>, signal: AbortSignal): Promise<PruneResult>;

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

	/** Removes locks of dead holders, or with `all` every lock there is. */
	unlock(options: Pick<UnlockOptions, 'all'>, signal: AbortSignal): Promise<UnlockResult>;
};

export type MaintenanceOptions = {
	shared: SharedLock;
	holder: LockHolder;
	judgeLock: JudgeLock;
	/** The password the repository was opened with. */
	password: string;
	/** Told how many locks of dead holders were removed on the way to a lock. */
	onRemovedLocks?: (count: number) => void;
};

export function maintenance(repository: OpenRepository, options: MaintenanceOptions): Maintenance {
	const {shared, holder, judgeLock} = options;
	let {password} = options;

	const alone = async <Result>(signal: AbortSignal, work: (lock: HeldLock) => Promise<Result>): Promise<Result> => {
		await shared.release();
		const {storage, sealer, clock, random, config} = repository;
		const lock = await acquireLock({storage, sealer, clock, random, holder, judge: judgeLock, version: config.version, exclusive: true, signal});
		options.onRemovedLocks?.(lock.removedLocks);
		let result: Result;
		try {
			result = await work(lock);
		} catch (error) {
			// The first failure is the one to tell; a lock that stays behind goes stale.
			await lock.release().catch(() => {});
			throw error;
		}
		await lock.release();
		return result;
	};
	const beside = async <Result>(signal: AbortSignal, work: (lock: HeldLock) => Promise<Result>): Promise<Result> => work(await shared.held(signal));
	const retag = async (change: ChangeTags, signal: AbortSignal): Promise<ChangedArchive[]> => alone(signal, async lock => changeTags(repository, lock, change, signal));

	return {
		forget: async ({prune: pruneOptions, ...forgetOptions}, signal) =>
			(forgetOptions.dryRun ? beside : alone)(signal, async lock => {
				const forgotten = await forget(repository, lock, forgetOptions, signal);
				if (!pruneOptions) return {forgotten};
				return {forgotten, pruned: await prune(repository, lock, {...pruneOptions, archives: forgotten.remaining, dryRun: forgetOptions.dryRun ?? false}, signal)};
			}),
		removeArchives: async (archives, signal) => alone(signal, async lock => removeArchives(repository, lock, archives, signal)),
		prune: async (pruneOptions, signal) => (pruneOptions.dryRun ? beside : alone)(signal, async lock => prune(repository, lock, pruneOptions, signal)),

		changeTags: retag,
		pin: async (select, signal) => retag({select, change: {add: [pinnedTag]}}, signal),
		unpin: async (select, signal) => retag({select, change: {remove: [pinnedTag]}}, signal),

		keys: async signal => readKeys(repository, signal),
		addKey: async (newPassword, signal) => beside(signal, async lock => addKey(repository, lock, {currentPassword: password, newPassword, holder}, signal)),
		removeKey: async (idPrefix, signal) => alone(signal, async lock => removeKey(repository, lock, idPrefix, signal)),
		async changePassword(newPassword, signal) {
			const before = repository.keyId;
			try {
				return await alone(signal, async lock => changePassword(repository, lock, {currentPassword: password, newPassword, holder}, signal));
			} finally {
				if (repository.keyId !== before) password = newPassword;
			}
		},

		async unlock({all = false}, signal) {
			if (all) await shared.release();
			return unlock(repository, {judge: judgeLock, all}, signal);
		},
	};
}
