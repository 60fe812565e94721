import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {withFaults, failing} from '../../../../src/storage/wrap/fault.ts';
import {lockTimes} from '../../../../src/repository/restic/lock/lock-policy.ts';
import {lockWorld} from './_lock-world.ts';
import {until} from './_manual-clock.ts';
import type {LazaretteError} from '../../../../src/base/errors.ts';
import type {HeldLock} from '../../../../src/repository/restic/lock/held-lock.ts';

const minute = 60_000;

/** A held lock has two loops; both sleep when a pass is over. */
const loops = 2;

const lostReason = (lock: HeldLock): unknown => (lock.signal.aborted ? (lock.signal.reason as LazaretteError).code : undefined);

test('a lock is refreshed every five minutes: a new one is written, then the old one removed', async t => {
	const {held, storage, locks, clock} = await lockWorld(t);
	const changes: string[] = [];
	const watched = withFaults(storage, call => {
		if (call.operation === 'put' || call.operation === 'remove') changes.push(`${call.operation} ${call.key.slice(6)}`);
		return undefined;
	});
	const lock = await held({storage: watched});
	const first = lock.id;
	for (let round = 1; round <= 10; round++) {
		const before = lock.id;
		changes.length = 0;
		clock.advance(5 * minute - 1);
		await until(() => clock.sleeping === loops);
		t.is(lock.id, before);
		clock.advance(1);
		await until(() => lock.id !== before && changes.length === 2 && clock.sleeping === loops);
		t.deepEqual(changes, [`put ${lock.id}`, `remove ${before}`]);
		t.like(await locks(), [{id: lock.id, time: clock.now()}]);
	}

	t.not(lock.id, first);
	t.false(lock.signal.aborted);
	await lock.release();
	t.deepEqual(await locks(), []);
});

test('a store that fails for twenty minutes does not cost the lock', async t => {
	const {held, storage, ids, clock} = await lockWorld(t);
	let broken = false;
	const lock = await held({storage: withFaults(storage, call => (broken && call.operation === 'put' ? failing('before') : undefined))});
	const first = lock.id;
	broken = true;
	for (let minutes = 0; minutes < 20; minutes++) {
		clock.advance(minute);
		await until(() => clock.sleeping === loops);
	}

	t.is(lock.id, first);
	t.false(lock.signal.aborted);
	broken = false;
	clock.advance(minute);
	await until(async () => lock.id !== first && (await ids()).length === 1);
	t.false(lock.signal.aborted);
	t.deepEqual(await ids(), [lock.id]);
});

test('after 22.5 minutes without refresh the lock is lost, while it still stands for others', async t => {
	const {held, storage, ids, clock} = await lockWorld(t);
	let broken = false;
	const lock = await held({storage: withFaults(storage, call => (broken && call.operation === 'put' ? failing('before') : undefined))});
	broken = true;
	clock.advance(22.5 * minute - 201);
	await until(() => clock.sleeping === loops);
	t.is(lostReason(lock), undefined);
	clock.advance(201);
	await until(() => lock.signal.aborted);
	t.is(lostReason(lock), 'LockLost');
	t.deepEqual(await ids(), [lock.id]);
	await t.throwsAsync(lock.confirm(neverAborts), {code: 'LockLost'});
	await lock.release();
	t.deepEqual(await ids(), []);
	t.is(clock.sleeping, 0);
});

test('a store that hangs is no excuse: the lock is lost in time', async t => {
	const {held, storage, clock} = await lockWorld(t);
	let hanging = false;
	const lock = await held({
		storage: withFaults(storage, call =>
			hanging && call.operation === 'put'
				? {
						moment: 'before',
						act: async () =>
							new Promise((_resolve, reject) => {
								call.signal.addEventListener('abort', () => reject(call.signal.reason as Error));
							}),
					}
				: undefined,
		),
	});
	hanging = true;
	clock.advance(5 * minute);
	await until(() => clock.sleeping === 1);
	clock.advance(17.5 * minute);
	await until(() => lock.signal.aborted);
	t.is(lostReason(lock), 'LockLost');
	await lock.release();
});

test('a machine that slept for too long has lost its lock, whatever wakes first', async t => {
	const {held, clock, ids} = await lockWorld(t);
	const lock = await held();
	const first = lock.id;
	clock.suspend(40 * minute);
	await t.throwsAsync(lock.confirm(neverAborts), {code: 'LockLost'});
	t.is(lock.id, first);
	t.deepEqual(await ids(), [first]);

	const other = await held();
	const id = other.id;
	clock.suspend(23 * minute);
	clock.advance(5 * minute);
	await until(() => other.signal.aborted);
	t.is(other.id, id);
});

test('a lock that somebody removed is noticed at the next refresh, and nothing is written in its place', async t => {
	const {held, storage, ids, clock} = await lockWorld(t);
	const lock = await held();
	await storage.remove(`locks/${lock.id}`, neverAborts);
	clock.advance(5 * minute);
	await until(() => lock.signal.aborted);
	t.is(lostReason(lock), 'LockLost');
	t.deepEqual(await ids(), []);
});

test('confirming asks the store whether the lock still stands', async t => {
	const {held, storage, clock} = await lockWorld(t);
	const lock = await held();
	clock.advance(lockTimes.believedForMs);
	await lock.confirm(neverAborts);
	clock.advance(lockTimes.believedForMs);
	await storage.remove(`locks/${lock.id}`, neverAborts);
	await t.throwsAsync(lock.confirm(neverAborts), {code: 'LockLost', message: /was removed by somebody else/});
	t.true(lock.signal.aborted);
});

test('a lock that the store has just shown is not asked for again, unless the machine slept meanwhile or the lock is another', async t => {
	const {held, storage, clock} = await lockWorld(t);
	const asked: string[] = [];
	const watched = withFaults(storage, call => {
		if (call.operation === 'stat') asked.push(call.key);
		return undefined;
	});
	const lock = await held({storage: watched});
	await lock.confirm(neverAborts);
	clock.advance(lockTimes.believedForMs - 1);
	await lock.confirm(neverAborts);
	t.deepEqual(asked, [], 'the second look saw it');
	clock.suspend(lockTimes.believedForMs);
	await lock.confirm(neverAborts);
	await lock.confirm(neverAborts);
	const first = lock.id;
	t.deepEqual(asked, [`locks/${first}`]);
	clock.advance(5 * minute);
	await until(() => lock.id !== first && clock.sleeping === loops);
	asked.length = 0;
	await lock.confirm(neverAborts);
	t.deepEqual(asked, [`locks/${lock.id}`]);
});

test('a refresh that failed after it had happened leaves nothing behind', async t => {
	const {held, storage, ids, clock} = await lockWorld(t);
	let ambiguous = false;
	const lock = await held({storage: withFaults(storage, call => (ambiguous && call.operation === 'put' ? failing('after') : undefined))});
	const first = lock.id;
	ambiguous = true;
	clock.advance(5 * minute);
	await until(async () => clock.sleeping === loops && (await ids()).length === 2);
	ambiguous = false;
	t.is(lock.id, first);
	await lock.release();
	t.deepEqual(await ids(), []);
});

test('an old lock that could not be removed at once is removed later', async t => {
	const {held, storage, ids, clock} = await lockWorld(t);
	let stuck = false;
	const lock = await held({storage: withFaults(storage, call => (stuck && call.operation === 'remove' ? failing('before') : undefined))});
	const first = lock.id;
	stuck = true;
	clock.advance(5 * minute);
	await until(() => lock.id !== first && clock.sleeping === loops);
	t.deepEqual(await ids(), [first, lock.id].sort());
	stuck = false;
	clock.advance(minute);
	await until(async () => clock.sleeping === loops && (await ids()).length === 1);
	t.false(lock.signal.aborted);
});

test('a release that fails can be tried again', async t => {
	const {held, storage, ids} = await lockWorld(t);
	let stuck = true;
	const lock = await held({storage: withFaults(storage, call => (stuck && call.operation === 'remove' ? failing('before') : undefined))});
	await t.throwsAsync(lock.release(), {code: 'StoreUnreachable'});
	stuck = false;
	await lock.release();
	t.deepEqual(await ids(), []);
});

test('a release during a refresh leaves nothing behind', async t => {
	const {held, ids, clock} = await lockWorld(t);
	for (let turns = 0; turns < 12; turns++) {
		const lock = await held();
		clock.advance(5 * minute);
		for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve));
		await lock.release();
		t.deepEqual(await ids(), [], `after ${turns} turns`);
		t.is(clock.sleeping, 0);
	}
});
