import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {Worker} from 'node:worker_threads';
import test from 'ava';
import {SharedIdSet} from '../../../../src/repository/restic/index/shared-id-set.ts';

test('an ID is new once, and found again among many thousands', t => {
	const set = new SharedIdSet();
	const ids = randomBytes(20_000 * 32);
	for (let at = 0; at < ids.length; at += 32) if (!set.add(ids, at)) t.fail(`ID ${at / 32} was taken for known`);
	for (let at = 0; at < ids.length; at += 32) if (set.add(ids, at) || !set.has(ids, at)) t.fail(`ID ${at / 32} was lost`);
	t.is(set.count, 20_000);
	t.false(set.has(randomBytes(32)));
});

test('IDs that fall on the same slot are told apart', t => {
	const set = new SharedIdSet();
	const ids = Array.from({length: 50}, (_, number) => Buffer.alloc(32, 7).fill(number, 31));
	for (const id of ids) t.true(set.add(id));
	for (const id of ids) t.false(set.add(id));
});

test('of threads that add the same IDs at the same time only one is told that each was new', async t => {
	const set = new SharedIdSet();
	const ids = randomBytes(30_000 * 32);
	const gate = new Int32Array(new SharedArrayBuffer(4));
	const workers = Array.from({length: 3}, () => new Worker(new URL('./_add-ids.ts', import.meta.url), {workerData: {memory: set.share(), ids, gate}}));
	const answers = workers.map(async worker => ((await once(worker, 'message')) as [boolean[]])[0]);
	await Promise.all(workers.map(async worker => once(worker, 'online')));
	Atomics.store(gate, 0, 1);
	Atomics.notify(gate, 0);
	// This thread takes part from the other end.
	const own: boolean[] = [];
	for (let at = ids.length - 32; at >= 0; at -= 32) own.unshift(set.add(ids, at));
	const all = [own, ...(await Promise.all(answers))];
	for (let number = 0; number < 30_000; number++) if (all.filter(added => added[number]).length !== 1) t.fail(`ID ${number}`);
	t.is(set.count, 30_000);
});

test('while other threads add IDs, none that nobody added is found', async t => {
	const set = new SharedIdSet();
	const ids = randomBytes(60_000 * 32);
	const gate = new Int32Array(new SharedArrayBuffer(4));
	const worker = new Worker(new URL('./_add-ids.ts', import.meta.url), {workerData: {memory: set.share(), ids, gate}});
	const answer = once(worker, 'message');
	await once(worker, 'online');
	Atomics.store(gate, 0, 1);
	Atomics.notify(gate, 0);
	const strangers = randomBytes(1000 * 32);
	let looks = 0;
	while (set.count < 60_000) for (let at = 0; at < strangers.length; at += 32, looks++) if (set.has(strangers, at)) t.fail(`stranger ${at / 32}, look ${looks}`);
	await answer;
	t.true(looks > 0);
});
