import {LazaretteError, isLazaretteError} from '../../../base/errors.ts';
import {forget} from '../forget/forget.ts';
import {decide, prune} from '../prune/prune.ts';
import {noneHeld} from '../no-lock.ts';
import {RoomMaker} from './room-maker.ts';
import type {ForgetOptions, ForgetResult} from '../forget/forget.ts';
import type {HeldLock} from '../lock/held-lock.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {PruneResult} from '../prune/prune-result.ts';
import type {Freed} from './room-maker.ts';

export type MakeRoom = {
	/** The repository's ID: the word of somebody who knows that nobody else works on it. */
	word: string;
	/** Archives to remove first. */
	forget?: Omit<ForgetOptions, 'dryRun'>;
};

export type MadeRoom = {
	forgotten?: ForgetResult;
	/** What went before there was room for a lock. */
	freed: Freed;
	/** What an ordinary prune did then, which has rewritten no pack. */
	pruned: PruneResult;
};

/** Whatever is written, a prune included, needs room; all that is read and planned does not. */
const planOptions = {maxRepackBytes: 0};

/**
For a store in which there is no room even for a lock. As soon as there is, it is taken, and an ordinary prune goes on; until then only what nothing needs goes, and nothing is written. Whoever writes to
the repository meanwhile may lose what he writes, because nobody tells him of us: so it takes a word. `acquire` takes the exclusive lock, and refuses where others hold one.
@throws BadRequest without the right word; LockedByOther; RepositoryDamaged when an archive needs what is not there, before anything is removed; StoreFull when nothing that can go makes room
*/
export async function makeRoom(repository: OpenRepository, acquire: () => Promise<HeldLock>, {word, forget: policy}: MakeRoom, signal: AbortSignal): Promise<MadeRoom> {
	const {config, storage} = repository;
	if (word !== config.id) {
		throw new LazaretteError('BadRequest', `${word === '' ? 'an empty text' : word} is not the ID of the repository at ${storage.location}`, {
			hint: `when you are sure that nobody else works on it, give its ID: ${config.id}; nothing was changed`,
		});
	}

	const tryToLock = async (): Promise<HeldLock | undefined> =>
		acquire().catch((error: unknown) => {
			if (!isLazaretteError(error, 'StoreFull')) throw error;
			return undefined;
		});
	let lock = await tryToLock();
	try {
		const forgotten = policy && (await forget(repository, lock ?? noneHeld, policy, signal));
		const maker = new RoomMaker(repository, signal);
		if (!lock) {
			const {plan} = await decide(repository, planOptions, signal);
			for (const step of maker.steps(plan)) {
				if (await step()) lock = await tryToLock();
				if (lock) break;
			}
		}
		if (!lock) throw stillFull(storage.location);
		const pruned = await prune(repository, lock, planOptions, signal);
		return {...(forgotten && {forgotten}), freed: maker.freed, pruned};
	} finally {
		await lock?.release();
	}
}

const stillFull = (location: string): LazaretteError =>
	new LazaretteError('StoreFull', `there is still no room for a lock at ${location}, and everything that no archive needs is gone`, {
		hint: 'forget more archives in the same way (lazarette forget --store-is-full), or enlarge the store',
	});
