import {createHash} from 'node:crypto';
import {lockKey} from '../files/object-keys.ts';
import {encodeUnpacked} from '../files/unpacked.ts';
import {encodeLock} from './lock-file.ts';
import type {Clock} from '../../../base/clock.ts';
import type {Storage} from '../../../storage/storage.ts';
import type {Sealer} from '../crypto/sealer.ts';
import type {RepositoryConfig} from '../files/config.ts';
import type {LockHolder} from './lock-file.ts';

export type WriteLock = {storage: Storage; sealer: Sealer; version?: RepositoryConfig['version']; exclusive: boolean; holder: LockHolder; clock: Clock};

export type WrittenLock = {id: string; time: Date};

/** Writes a lock that is fresh from now. `onId` learns its ID before anything is sent, since a write that fails may still have happened. */
export async function writeLock(options: WriteLock, signal: AbortSignal, onId: (id: string) => unknown): Promise<WrittenLock> {
	const {storage, sealer, version, exclusive, holder, clock} = options;
	const time = clock.now();
	const bytes = encodeUnpacked(sealer, encodeLock({...holder, time, exclusive}), version);
	const id = createHash('sha256').update(bytes).digest('hex');
	onId(id);
	await storage.put(lockKey(id), bytes, signal, {sha256: id});
	return {id, time};
}
