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
import {seededFractions} from '../../_seeded-fractions.ts';
import {asOnAServer} from './lock/_as-on-a-server.ts';
import {temporaryDirectory, testClock, testHolder} from './write/_repository.ts';
import type {ExecutionContext} from 'ava';
import type {Clock} from '../../../src/base/clock.ts';
import type {Storage} from '../../../src/storage/storage.ts';

type World = {lock: SharedLock; storage: Storage; locks(): Promise<number>; /** Ends the pause between the two looks. */ lookAgain(): void; raceExclusively(): Promise<unknown>};

function world(t: ExecutionContext): World {
	const storage = asOnAServer(openFilesystemStorage({kind: 'filesystem', path: temporaryDirectory(t)}));
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

test('who comes right after somebody gave up waiting gets the lock, and not the other\'s reason', async t => {
	const {lock, locks, lookAgain} = world(t);
	const stop = new AbortController();
	const {signal: reading, held} = await lock.standing(stop.signal);
	const waiting = t.throwsAsync(held(), {message: 'the first was stopped'});
	stop.abort(new Error('the first was stopped'));
	const next = await lock.standing(neverAborts);
	await waiting;
	t.true(reading.aborted);
	lookAgain();
	t.truthy(await next.held());
	t.false(next.signal.aborted);
	await t.throwsAsync(lock.held(stop.signal), {message: 'the first was stopped'});
	await lock.release();
	t.is(await locks(), 0);
});

test('after an attempt that failed the next one starts anew, also when nobody waited for the first any more', async t => {
	const {lock, storage, locks, lookAgain, raceExclusively} = world(t);
	const stop = new AbortController();
	await lock.standing(stop.signal);
	await raceExclusively();
	stop.abort(new Error('stopped'));
	lookAgain();
	// Its own is withdrawn once it has seen the other's.
	for (let looks = 0; (await locks()) > 1; looks++) {
		if (looks > 10_000) return t.fail('it was not withdrawn');
		await new Promise(setImmediate);
	}
	t.true(isLazaretteError(await t.throwsAsync(lock.held(neverAborts)), 'LockedByOther'));
	for await (const {key} of storage.list('locks/', neverAborts)) await storage.remove(key, neverAborts);
	t.truthy(await lock.held(neverAborts));
	await lock.release();
	t.is(await locks(), 0);
});

test('whoever comes, gives up and gives the lock back, in whatever order, ends with the lock or with his own reason, and none stays behind', async t => {
	const random = seededFractions(4);
	const outcomes: Record<string, number> = {};
	for (let round = 0; round < 60; round++) {
		const {lock, locks, lookAgain} = world(t);
		const later = async (): Promise<void> => {
			for (let turns = Math.floor(random() * 60); turns > 0; turns--) await new Promise(setImmediate);
		};
		const caller = async (name: string): Promise<string> => {
			const stop = new AbortController();
			await later();
			if (random() < 0.5) void later().then(() => stop.abort(new Error(name)));
			try {
				const standing = random() < 0.5 ? await lock.standing(stop.signal) : undefined;
				const held = await (standing ?? {held: async () => lock.held(stop.signal)}).held();
				return held.id === '' ? 'nothing' : 'held';
			} catch (error) {
				if (isLazaretteError(error, 'LockLost')) return 'given back';
				return (error as Error).message === name ? 'own reason' : `another's reason: ${String(error)}`;
			}
		};
		const callers = Array.from({length: 6}, async (_, number) => caller(`caller ${number} of round ${round}`));
		const releases = Array.from({length: Math.floor(random() * 2)}, async () => later().then(async () => lock.release()));
		await later();
		lookAgain();
		for (const outcome of await Promise.all(callers)) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
		await Promise.all(releases);
		await lock.release();
		t.is(await locks(), 0);
	}
	t.deepEqual(Object.keys(outcomes).sort(), ['given back', 'held', 'own reason']);
	t.log(JSON.stringify(outcomes));
});
