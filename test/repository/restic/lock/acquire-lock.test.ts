import test from 'ava';
import {isLazaretteError} from '../../../../src/base/errors.ts';
import {withFaults, failing} from '../../../../src/storage/wrap/fault.ts';
import {lockTimes} from '../../../../src/repository/restic/lock/lock-policy.ts';
import {lockWorld, others, us} from './_lock-world.ts';
import {until} from './_manual-clock.ts';
import type {HeldLock} from '../../../../src/repository/restic/lock/held-lock.ts';

test('a lock is written, held, and gone after its release', async t => {
	const {held, locks, clock} = await lockWorld(t);
	const lock = await held();
	t.like(await locks(), [{id: lock.id, exclusive: false, ...us, time: new Date(clock.now().getTime() - 200)}]);
	t.is(lock.removedLocks, 0);
	await lock.release();
	await lock.release();
	t.deepEqual(await locks(), []);
	t.is(clock.sleeping, 0);
});

test('shared locks stand side by side, an exclusive one refuses and is refused', async t => {
	const {held, acquire, ids, clock} = await lockWorld(t);
	const first = await held();
	const second = await held();
	t.not(first.id, second.id);
	const error = await t.throwsAsync(acquire({exclusive: true}), {code: 'LockedByOther', message: /for shared use by lazarette on mover-1\.shop\.prod \(pid 1\), last refreshed 0 s ago/});
	t.true(isLazaretteError(error) && error.retry === 'later');
	await first.release();
	await second.release();

	const exclusive = await held({exclusive: true});
	clock.advance(60_000 * 3);
	await t.throwsAsync(acquire(), {code: 'LockedByOther', message: /exclusively .* last refreshed 3 min ago/});
	t.deepEqual(await ids(), [exclusive.id]);
});

test('a lock that looks abandoned still blocks, and the error says how to remove it', async t => {
	const {acquire, foreign, clock} = await lockWorld(t);
	await foreign({exclusive: true, time: new Date(clock.now().getTime() - 3 * 3_600_000)});
	const error = await t.throwsAsync(acquire(), {code: 'LockedByOther', message: /ann on laptop \(pid 4711\), last refreshed 3 h ago/});
	t.true(isLazaretteError(error) && error.hint?.includes('restic unlock'));
});

test('locks judged dead are removed and counted, all others stay', async t => {
	const {held, foreign, ids, clock} = await lockWorld(t);
	const old = new Date(clock.now().getTime() - 24 * 3_600_000);
	await foreign({hostname: 'mover-0.shop.prod', exclusive: true});
	await foreign({hostname: 'mover-2.shop.prod'});
	const stays = await foreign({...others, time: old});
	const lock = await held({judge: ({hostname}) => (hostname.endsWith('.shop.prod') ? 'dead' : 'live')});
	t.is(lock.removedLocks, 2);
	t.deepEqual(await ids(), [stays, lock.id].sort());
});

test('who writes at the same moment is seen on the second look, and our lock is withdrawn', async t => {
	const {acquire, foreign, ids, clock} = await lockWorld(t);
	const acquiring = acquire();
	await until(() => clock.sleeping === 1);
	const theirs = await foreign({exclusive: true});
	clock.advance(199);
	await new Promise(resolve => setImmediate(resolve));
	t.is(clock.sleeping, 1);
	clock.advance(1);
	await t.throwsAsync(acquiring, {code: 'LockedByOther'});
	t.deepEqual(await ids(), [theirs]);
});

test('an empty lock, as an interrupted upload leaves it, blocks nobody, and neither does a file that is no lock', async t => {
	const {held, raw, storage} = await lockWorld(t);
	await raw(Buffer.alloc(0));
	await storage.put('locks/README', Buffer.from('hello'), new AbortController().signal);
	t.regex((await held({exclusive: true})).id, /^[0-9a-f]{64}$/);
});

test('a lock that cannot be read is tried again for 35 seconds and then reported by name', async t => {
	const {acquire, raw, clock, ids} = await lockWorld(t);
	const id = await raw(Buffer.alloc(100, 7));
	const acquiring = acquire();
	let failed = false;
	acquiring.catch(() => (failed = true));
	for (const seconds of [5, 10, 20]) {
		await until(() => clock.sleeping === 1);
		t.false(failed);
		clock.advance(seconds * 1100);
	}

	await t.throwsAsync(acquiring, {code: 'RepositoryDamaged', message: new RegExp(id)});
	t.deepEqual(await ids(), [id]);
});

test('a lock that becomes readable in the meantime does no harm', async t => {
	const {acquire, raw, storage, clock} = await lockWorld(t);
	const id = await raw(Buffer.alloc(100, 7));
	const acquiring = acquire();
	await until(() => clock.sleeping === 1);
	await storage.remove(`locks/${id}`, new AbortController().signal);
	clock.advance(5500);
	await until(() => clock.sleeping === 1);
	clock.advance(200);
	t.regex((await acquiring).id, /^[0-9a-f]{64}$/);
});

test('a lock released between listing and reading does not matter', async t => {
	const {held, foreign, storage} = await lockWorld(t);
	const id = await foreign({exclusive: true});
	const vanishing = withFaults(storage, call => (call.operation === 'get' && call.key.endsWith(id) ? {moment: 'before', act: async () => storage.remove(call.key, call.signal)} : undefined));
	t.regex((await held({storage: vanishing})).id, /^[0-9a-f]{64}$/);
});

test('a run that is cancelled while it waits leaves no lock', async t => {
	const {acquire, ids, clock} = await lockWorld(t);
	const controller = new AbortController();
	const acquiring = acquire({signal: controller.signal});
	await until(() => clock.sleeping === 1);
	controller.abort(new Error('stop'));
	await t.throwsAsync(acquiring, {message: 'stop'});
	t.deepEqual(await ids(), []);
});

test('a write that failed after it had happened leaves no lock', async t => {
	const {acquire, ids, storage} = await lockWorld(t);
	const faulty = withFaults(storage, call => (call.operation === 'put' ? failing('after') : undefined));
	await t.throwsAsync(acquire({storage: faulty}), {code: 'StoreUnreachable'});
	t.deepEqual(await ids(), []);
});

test('a lock that took long to write counts as standing only after another look: whoever overlooked it may be at work by then', async t => {
	const {acquire, foreign, storage, ids, clock} = await lockWorld(t);
	let isSlow = false;
	let meanwhile: () => Promise<unknown> = async () => undefined;
	const events: string[] = [];
	const watched = withFaults(storage, ({operation}) => {
		events.push(operation);
		if (operation !== 'put' || !isSlow) return undefined;
		return {
			moment: 'before',
			async act() {
				clock.advance(lockTimes.settleMs);
				await meanwhile();
			},
		};
	});
	const attempt = async (): Promise<HeldLock> => {
		events.length = 0;
		const acquiring = acquire({storage: watched, onStanding: () => events.push('stands')});
		let failed = false;
		acquiring.catch(() => (failed = true));
		await until(() => failed || (events.includes('stands') && clock.sleeping > 0));
		if (!failed) clock.advance(lockTimes.settleMs);
		return acquiring;
	};
	await (await attempt()).release();
	t.deepEqual(events.slice(0, 3), ['list', 'put', 'stands']);

	isSlow = true;
	await (await attempt()).release();
	t.deepEqual(events.slice(0, 4), ['list', 'put', 'list', 'stands']);

	meanwhile = async () => foreign({exclusive: true});
	await t.throwsAsync(attempt(), {code: 'LockedByOther'});
	t.false(events.includes('stands'));
	t.is((await ids()).length, 1, 'only the other one is left');
});

const oneView = async (): Promise<boolean> => true;

test('where all see the same, a shared lock is looked after once more and then held, without a pause', async t => {
	const {storage, acquire, clock, ids} = await lockWorld(t);
	const events: string[] = [];
	const watched = withFaults({...storage, hasOneView: oneView}, ({operation}) => void events.push(operation));
	const lock = await acquire({storage: watched, onStanding: () => events.push('stands')});
	t.deepEqual(events, ['list', 'put', 'list', 'stands']);
	t.deepEqual(await ids(), [lock.id]);
	await lock.confirm(new AbortController().signal);
	t.is(events.length, 4, 'it was seen to stand');
	t.is(clock.monotonicMs(), 0);
});

test('an exclusive lock waits even where all see the same, since others count on its pause', async t => {
	const {storage, acquire, clock, ids, foreign} = await lockWorld(t);
	const acquiring = acquire({storage: {...storage, hasOneView: oneView}, exclusive: true});
	await until(() => clock.sleeping === 1);
	const theirs = await foreign();
	clock.advance(lockTimes.settleMs);
	await t.throwsAsync(acquiring, {code: 'LockedByOther'});
	t.deepEqual(await ids(), [theirs]);
});

/** All ways to take `steps` steps in the gaps before, between and after the others, as how many fall into each gap. */
function* spread(steps: number, gaps: number): Generator<number[]> {
	if (gaps === 1) yield [steps];
	else for (let first = 0; first <= steps; first++) for (const rest of spread(steps - first, gaps - 1)) yield [first, ...rest];
}

test('where all see the same, no shared lock is held beside restic\'s exclusive one, in whatever order the steps of both come', async t => {
	const {storage, acquire, foreign, ids} = await lockWorld(t);
	const outcomes = new Set<string>();
	for (const order of spread(4, 4)) {
		let theirs: string | undefined;
		let isTheirs = false;
		let isOver = false;
		const isAlone = async (): Promise<boolean> => (await ids()).every(id => id === theirs);
		const withdraw = async (): Promise<void> => {
			if (theirs !== undefined) await storage.remove(`locks/${theirs}`, new AbortController().signal);
			isTheirs = false;
		};
		const steps = [
			async () => {
				isOver = !(await isAlone());
			},
			async () => {
				theirs = await foreign({exclusive: true});
			},
			async () => {
				isTheirs = await isAlone();
				isOver = !isTheirs;
				if (isOver) await withdraw();
			},
			withdraw,
		];
		const gaps = [...order];
		const proceed = async (): Promise<void> => {
			for (let count = gaps.shift() ?? 0; count > 0; count--) {
				if (isOver) return;
				await steps.shift()?.();
			}
		};
		const interrupted = withFaults({...storage, hasOneView: oneView}, ({operation}) => (operation === 'list' || operation === 'put' ? {moment: 'before', act: proceed} : undefined));
		const ours = await acquire({storage: interrupted}).catch((error: unknown) => {
			if (!isLazaretteError(error, 'LockedByOther')) throw error;
		});
		t.false(isTheirs && ours !== undefined, `both hold after ${order.join(' ')}`);
		outcomes.add(`ours ${ours ? 'held' : 'refused'}, theirs ${isTheirs ? 'held' : isOver ? 'refused' : 'not yet or no more'}`);
		while (gaps.length > 0) {
			await proceed();
			t.false(isTheirs && ours !== undefined, `both hold after ${order.join(' ')}`);
		}
		await ours?.release();
		await withdraw();
		t.deepEqual(await ids(), []);
	}
	t.deepEqual([...outcomes].sort(), ['ours held, theirs not yet or no more', 'ours held, theirs refused', 'ours refused, theirs held', 'ours refused, theirs not yet or no more']);
});
