import {access, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../../src/base/abort.ts';
import {LazaretteError} from '../../../src/base/errors.ts';
import {failing, withFaults} from '../../../src/storage/wrap/fault.ts';
import {createRetry, withRetry} from '../../../src/storage/wrap/retry.ts';
import {temporaryStorage} from '../_temporary-storage.ts';
import type {Clock} from '../../../src/base/clock.ts';
import type {Storage} from '../../../src/storage/storage.ts';
import type {FaultPlan} from '../../../src/storage/wrap/fault.ts';
import type {Retry, RetryPolicy} from '../../../src/storage/wrap/retry.ts';

const policy: RetryPolicy = {attempts: 6, backoff: {firstMs: 100, maxMs: 1000}, totalMs: 60_000, firstContactMs: 60_000};

/** Time that passes only in sleeps; randomness that always gives the longest delay. */
function retryInTime(changes: Partial<RetryPolicy> = {}): {retry: Retry; slept: number[]} {
	const slept: number[] = [];
	let now = 0;
	const clock: Clock = {
		now: () => new Date(now),
		monotonicMs: () => now,
		async sleep(ms, signal) {
			signal?.throwIfAborted();
			slept.push(ms);
			now += ms;
		},
	};
	const random = {bytes: (length: number) => Buffer.alloc(length), fraction: () => 1};
	return {retry: createRetry({...policy, ...changes}, {clock, random}), slept};
}

/** The first `times` calls of `operation` fail. */
const firstCalls = (operation: string, times: number, moment: 'before' | 'after'): FaultPlan => {
	let calls = 0;
	return call => (call.operation === operation && ++calls <= times ? failing(moment) : undefined);
};

const faulty = (storage: Storage, plan: FaultPlan, changes: Partial<RetryPolicy> = {}): {storage: Storage; slept: number[]} => {
	const {retry, slept} = retryInTime(changes);
	return {storage: withRetry(withFaults(storage, plan), retry), slept};
};

test('a call that fails for a while succeeds in the end, with growing pauses', async t => {
	const base = await temporaryStorage(t);
	const {storage, slept} = faulty(base, firstCalls('put', 5, 'before'));
	await storage.put('config', Buffer.from('x'), neverAborts);
	t.is((await base.get('config', neverAborts)).toString(), 'x');
	t.deepEqual(slept, [100, 200, 400, 800, 1000]);
});

test('a call is given up after its attempts, and the message says how often it was tried', async t => {
	const {storage, slept} = faulty(await temporaryStorage(t), firstCalls('get', 100, 'before'));
	const error = await t.throwsAsync<LazaretteError>(storage.get('config', neverAborts), {instanceOf: LazaretteError, code: 'StoreUnreachable'});
	t.regex(error.message, /given up after 6 attempts/);
	t.is(error.retry, 'later');
	t.is(slept.length, 5);
});

test('a call is given up when its time is over, without a last pause for nothing', async t => {
	const {storage, slept} = faulty(await temporaryStorage(t), firstCalls('get', 100, 'before'), {totalMs: 650, firstContactMs: 650});
	await t.throwsAsync(storage.get('config', neverAborts), {message: /given up after 3 attempts/});
	t.deepEqual(slept, [100, 200]);
});

test('a failure that a person must mend is not tried again', async t => {
	const base = await temporaryStorage(t);
	let calls = 0;
	const {storage, slept} = faulty(base, () => {
		calls++;
		return failing('before', 'AccessDenied');
	});
	await t.throwsAsync(storage.put('config', Buffer.from('x'), neverAborts), {instanceOf: LazaretteError, code: 'AccessDenied', message: /^fault planned/});
	t.is(calls, 1);
	t.deepEqual(slept, []);
});

test('advice to try at once is followed once, then there are pauses', async t => {
	const {retry, slept} = retryInTime();
	await t.throwsAsync(retry(async () => { throw new LazaretteError('StoreThrottled', 'conflict', {retry: 'now'}); }, neverAborts));
	t.deepEqual(slept, [0, 200, 400, 800, 1000]);
});

test('the pause that a store asks for is kept, and none is begun that would outlast the budget', async t => {
	const {retry, slept} = retryInTime();
	const asking = (retryAfterMs: number) => async (number: number): Promise<string> => {
		if (number === 1) throw new LazaretteError('StoreThrottled', 'slow down', {context: {retryAfterMs}});
		return 'done';
	};
	t.is(await retry(asking(5000), neverAborts), 'done');
	t.deepEqual(slept, [5000]);
	await t.throwsAsync(retry(asking(3_600_000), neverAborts), {code: 'StoreThrottled'});
	t.deepEqual(slept, [5000]);
});

test('content that arrives wrong is sent three times at most', async t => {
	const {retry, slept} = retryInTime();
	await t.throwsAsync(retry(async () => { throw new LazaretteError('VerificationFailed', 'differs', {retry: 'now'}); }, neverAborts), {message: /given up after 3 attempts/});
	t.is(slept.length, 2);
});

test('a store that never answered is given up sooner than one that did', async t => {
	const {retry, slept} = retryInTime({attempts: 1000, totalMs: 10_000, firstContactMs: 1000});
	const unreachable = async (): Promise<never> => { throw new LazaretteError('StoreUnreachable', 'down'); };
	const total = (): number => slept.splice(0).reduce((sum, ms) => sum + ms, 0);
	await t.throwsAsync(retry(unreachable, neverAborts));
	t.is(total(), 700);
	await t.throwsAsync(retry(async () => { throw new LazaretteError('ObjectNotFound', 'answered'); }, neverAborts));
	await t.throwsAsync(retry(unreachable, neverAborts));
	t.is(total(), 9500);
});

test('a put whose first attempt was stored counts as done, though the object is in its way', async t => {
	const base = await temporaryStorage(t);
	const {storage} = faulty(base, firstCalls('put', 1, 'after'));
	await storage.put('locks/a', Buffer.from('mine'), neverAborts, {onlyIfAbsent: true});
	t.is((await base.get('locks/a', neverAborts)).toString(), 'mine');
	await t.throwsAsync(storage.put('locks/a', Buffer.from('mine'), neverAborts, {onlyIfAbsent: true}), {code: 'ObjectExists'}, 'the next call is another put');
});

test('a put that failed does not take an object of the same size for its own', async t => {
	const base = await temporaryStorage(t);
	await base.put('config', Buffer.from('their'), neverAborts);
	const {storage} = faulty(base, firstCalls('put', 1, 'before'));
	await t.throwsAsync(storage.put('config', Buffer.from('mine!'), neverAborts, {onlyIfAbsent: true}), {code: 'ObjectExists'});
	t.is((await base.get('config', neverAborts)).toString(), 'their');
});

test('a file whose first attempt was stored is consumed', async t => {
	const base = await temporaryStorage(t);
	const path = join(base.scratchDirectory, 'pack');
	await writeFile(path, 'pack');
	const file = {path, size: 4, sha256: '52c9967d3a4add86ec3f85e7d97a02a03eb9d04d32b2ce0e9dd7e3da01d81b8a'};
	const {storage} = faulty(base, firstCalls('putFile', 1, 'after'));
	await storage.putFile('data/ab/a', file, neverAborts);
	await t.throwsAsync(access(path), {code: 'ENOENT'});
	t.is((await base.get('data/ab/a', neverAborts)).toString(), 'pack');
	await base.close();
});

test('a listing is begun again as long as nothing came of it, and yields every object once', async t => {
	const base = await temporaryStorage(t);
	for (const name of ['a', 'b', 'c']) await base.put(`locks/${name}`, Buffer.from('x'), neverAborts);
	for (const moment of ['before', 'after'] as const) {
		const {storage} = faulty(base, firstCalls('list', 2, moment));
		const keys = (await Array.fromAsync(storage.list('locks/', neverAborts))).map(({key}) => key);
		t.deepEqual(keys.toSorted(), ['locks/a', 'locks/b', 'locks/c']);
	}
});

test('a cancelled call ends in its pause with the reason of its signal', async t => {
	const controller = new AbortController();
	const reason = new LazaretteError('LockLost', 'gone');
	const {retry} = retryInTime();
	let attempts = 0;
	const failed = retry(async () => {
		attempts++;
		controller.abort(reason);
		throw new LazaretteError('StoreUnreachable', 'down');
	}, controller.signal);
	t.is(await t.throwsAsync(failed), reason);
	t.is(attempts, 1);
});

test('what is no error of ours is not tried again', async t => {
	const {retry, slept} = retryInTime();
	await t.throwsAsync(retry(async () => { throw new TypeError('a bug'); }, neverAborts), {instanceOf: LazaretteError, code: 'Unexpected', message: 'a bug'});
	t.deepEqual(slept, []);
});
