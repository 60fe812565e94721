import test from 'ava';
import {neverAborts} from '../../../src/base/abort.ts';
import {isLazaretteError} from '../../../src/base/errors.ts';
import {systemRandom} from '../../../src/base/random.ts';
import {generateMasterKey} from '../../../src/repository/restic/crypto/master-key.ts';
import {Sealer} from '../../../src/repository/restic/crypto/sealer.ts';
import {writeLock} from '../../../src/repository/restic/lock/write-lock.ts';
import {judgeAllLive} from '../../../src/repository/restic/lock/lock-policy.ts';
import {SharedLock} from '../../../src/repository/restic/shared-lock.ts';
import {openFilesystemStorage} from '../../../src/storage/filesystem/open-filesystem-storage.ts';
import {temporaryDirectory, testClock, testHolder} from './write/_repository.ts';
import type {ExecutionContext} from 'ava';
import type {Clock} from '../../../src/base/clock.ts';
import type {Storage} from '../../../src/storage/storage.ts';

type World = {lock: SharedLock; storage: Storage; locks(): Promise<number>; /** Ends the pause between the two looks. */ lookAgain(): void; raceExclusively(): Promise<unknown>};

function world(t: ExecutionContext): World {
	const storage = openFilesystemStorage({kind: 'filesystem', path: temporaryDirectory(t)});
	const sealer = new Sealer(generateMasterKey(systemRandom), systemRandom);
	const pause = Promise.withResolvers<void>();
	const quick = testClock();
	const clock: Clock = {
		...quick,
		async sleep(ms, signal) {
			if (ms !== 200) return quick.sleep(ms, signal);
			signal?.addEventListener('abort', () => pause.reject(signal.reason), {once: true});
			await pause.promise;
		},
	};
	return {
		lock: new SharedLock({storage, sealer, clock, random: systemRandom, holder: testHolder, judge: judgeAllLive}),
		storage,
		locks: async () => (await Array.fromAsync(storage.list('locks/', neverAborts))).length,
		lookAgain: pause.resolve,
		raceExclusively: async () => writeLock({storage, sealer, clock, holder: {...testHolder, hostname: 'laptop'}, exclusive: true}, neverAborts, () => undefined),
	};
}

test('a reader begins as soon as its lock stands, without the pause before the second look', async t => {
	const {lock, locks, lookAgain} = world(t);
	const {signal: reading} = await lock.standing(neverAborts);
	t.is(await locks(), 1);
	t.false(reading.aborted);
	lookAgain();
	await lock.held(neverAborts);
	t.false(reading.aborted);
	await lock.release();
	t.is(await locks(), 0);
});

test('a reader that somebody locked out in the same moment is stopped, and its lock withdrawn', async t => {
	const {lock, locks, lookAgain, raceExclusively} = world(t);
	const {signal: reading} = await lock.standing(neverAborts);
	await raceExclusively();
	const stopped = new Promise(resolve => {
		reading.addEventListener('abort', () => resolve(reading.reason), {once: true});
	});
	lookAgain();
	t.true(isLazaretteError(await stopped, 'LockedByOther'));
	await lock.release();
	t.is(await locks(), 1, 'that of the other');
});

test('a reader who is done before the second look withdraws its lock without waiting for it', async t => {
	const {lock, locks} = world(t);
	await lock.standing(neverAborts);
	await lock.release();
	t.is(await locks(), 0);
});

test('a repository that is locked exclusively refuses a reader at once', async t => {
	const {lock, locks, raceExclusively} = world(t);
	await raceExclusively();
	t.true(isLazaretteError(await t.throwsAsync(lock.standing(neverAborts)), 'LockedByOther'));
	t.is(await locks(), 1);
});
