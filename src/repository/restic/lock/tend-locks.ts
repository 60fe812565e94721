import {lockKey} from '../files/object-keys.ts';
import {readLocks} from './read-locks.ts';
import type {Storage} from '../../../storage/storage.ts';
import type {Sealer} from '../crypto/sealer.ts';
import type {JudgeLock} from './lock-policy.ts';

/** Removes locks whose holders are proven dead, without taking one. @returns how many went and how many stay */
export async function tendLocks({storage, sealer}: {storage: Storage; sealer: Sealer}, judge: JudgeLock, signal: AbortSignal): Promise<{removed: number; remaining: number}> {
	let removed = 0;
	let remaining = 0;
	for await (const lock of readLocks(storage, sealer, signal)) {
		if (judge(lock) === 'dead') {
			await storage.remove(lockKey(lock.id), signal);
			removed += 1;
		} else remaining += 1;
	}
	return {removed, remaining};
}
