import {createHash} from 'node:crypto';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {neverAborts} from '../../../../src/base/abort.ts';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {Sealer} from '../../../../src/repository/restic/crypto/sealer.ts';
import {encodeUnpacked} from '../../../../src/repository/restic/files/unpacked.ts';
import {acquireLock} from '../../../../src/repository/restic/lock/acquire-lock.ts';
import {encodeLock} from '../../../../src/repository/restic/lock/lock-file.ts';
import {judgeAllLive} from '../../../../src/repository/restic/lock/lock-policy.ts';
import {readLocks} from '../../../../src/repository/restic/lock/read-locks.ts';
import {openFilesystemStorage} from '../../../../src/storage/filesystem/open-filesystem-storage.ts';
import {seededRandom} from '../crypto/_seeded-random.ts';
import {asOnAServer} from './_as-on-a-server.ts';
import {ManualClock, until} from './_manual-clock.ts';
import type {ExecutionContext} from 'ava';
import type {AcquireLock} from '../../../../src/repository/restic/lock/acquire-lock.ts';
import type {HeldLock} from '../../../../src/repository/restic/lock/held-lock.ts';
import type {Lock, LockContent} from '../../../../src/repository/restic/lock/lock-file.ts';
import type {Storage} from '../../../../src/storage/storage.ts';

export const us = {hostname: 'mover-1.shop.prod', username: 'lazarette', pid: 1, uid: 0, gid: 0};
export const others = {hostname: 'laptop', username: 'ann', pid: 4711, uid: 1000, gid: 1000};

/** A directory with nothing but locks in it, a clock that stands, and ways to be a second user. */
export type LockWorld = {
	storage: Storage;
	clock: ManualClock;
	acquire(options?: Partial<AcquireLock>): Promise<HeldLock>;
	/** As `acquire`, with time moved on past the second look. */
	held(options?: Partial<AcquireLock>): Promise<HeldLock>;
	/** Writes a lock as another user would. */
	foreign(content?: Partial<LockContent>): Promise<string>;
	/** Writes any bytes as a lock. */
	raw(bytes: Uint8Array): Promise<string>;
	seal(plain: string): Buffer;
	locks(): Promise<Lock[]>;
	ids(): Promise<string[]>;
};

export async function lockWorld(t: ExecutionContext): Promise<LockWorld> {
	const path = await mkdtemp(join(tmpdir(), 'lazarette-lock-'));
	const storage = asOnAServer(openFilesystemStorage({kind: 'filesystem', path}));
	const clock = new ManualClock('2026-11-22T12:00:00Z');
	const random = seededRandom(11);
	const sealer = new Sealer(generateMasterKey(random), random);
	const held: HeldLock[] = [];
	t.teardown(async () => {
		for (const lock of held) await lock.release().catch(() => {});
		await storage.close();
		await rm(path, {recursive: true, force: true});
	});

	const acquire = async (options: Partial<AcquireLock> = {}): Promise<HeldLock> => {
		const lock = await acquireLock({storage, sealer, exclusive: false, holder: us, clock, random, signal: neverAborts, judge: judgeAllLive, ...options});
		held.push(lock);
		return lock;
	};

	const raw = async (bytes: Uint8Array): Promise<string> => {
		const id = createHash('sha256').update(bytes).digest('hex');
		await storage.put(`locks/${id}`, bytes, neverAborts);
		return id;
	};

	return {
		storage,
		clock,
		acquire,
		async held(options = {}) {
			const sleeping = clock.sleeping;
			const acquiring = acquire(options);
			let failed = false;
			acquiring.catch(() => (failed = true));
			await until(() => failed || clock.sleeping > sleeping);
			clock.advance(200);
			return acquiring;
		},
		foreign: async (content = {}) => raw(encodeUnpacked(sealer, encodeLock({...others, time: clock.now(), exclusive: false, ...content}))),
		raw,
		seal: plain => sealer.seal(Buffer.from(plain)),
		async locks() {
			const locks: Lock[] = [];
			for await (const lock of readLocks(storage, sealer, neverAborts)) locks.push(lock);
			return locks;
		},
		async ids() {
			const ids: string[] = [];
			for await (const {key} of storage.list('locks/', neverAborts)) ids.push(key.slice('locks/'.length));
			return ids.sort();
		},
	};
}
