import test from 'ava';
import {neverAborts} from '../../../src/base/abort.ts';
import {LazaretteError} from '../../../src/base/errors.ts';
import {openStorage} from '../../../src/storage/open-storage.ts';
import {createTransferPace, withLimits} from '../../../src/storage/wrap/limit.ts';
import {temporaryStorage} from '../_temporary-storage.ts';
import type {Clock} from '../../../src/base/clock.ts';

/** Time that passes in sleeps, and when a test says so. */
function testClock(): Clock & {slept: number[]; pass(ms: number): void} {
	let now = 1000;
	const slept: number[] = [];
	return {
		slept,
		pass(ms) {
			now += ms;
		},
		now: () => new Date(now),
		monotonicMs: () => now,
		async sleep(ms, signal) {
			signal?.throwIfAborted();
			slept.push(ms);
			now += ms;
		},
	};
}

test('transfers keep to their limit on average, each direction for itself', async t => {
	const clock = testClock();
	const pace = createTransferPace({upload: 100_000, download: 1_000_000}, clock);
	for (let index = 0; index < 4; index++) await pace.upload(50_000, neverAborts);
	t.deepEqual(clock.slept, [500, 500, 500]);
	await pace.download(1_000_000, neverAborts);
	t.deepEqual(clock.slept, [500, 500, 500], 'the other direction is free');
});

test('time in which nothing was sent is not saved up for a burst', async t => {
	const clock = testClock();
	const {upload} = createTransferPace({upload: 100_000}, clock);
	await upload(100_000, neverAborts);
	clock.pass(60_000);
	await upload(100_000, neverAborts);
	await upload(100_000, neverAborts);
	t.deepEqual(clock.slept, [1000]);
});

test('a repository in a directory is limited object by object', async t => {
	const clock = testClock();
	const storage = withLimits(await temporaryStorage(t), createTransferPace({upload: 100_000, download: 50_000}, clock));
	await storage.put('a', Buffer.alloc(100_000), neverAborts);
	await storage.put('b', Buffer.alloc(100_000), neverAborts);
	t.deepEqual(clock.slept, [1000]);
	await storage.get('a', neverAborts);
	await storage.get('b', neverAborts);
	t.deepEqual(clock.slept, [1000, 2000]);
	await storage.close();
});

test('a limit that no transfer could keep is refused when the store is opened', async t => {
	for (const upload of [0, -1, 1000, Number.NaN]) await t.throwsAsync(openStorage({kind: 'filesystem', path: '/nowhere'}, {limits: {upload}}), {instanceOf: LazaretteError, code: 'BadRequest', message: /for upload is too low/});
});
