import {setImmediate as turn} from 'node:timers/promises';
import test from 'ava';
import {InOrder} from '../../../src/engine/archive/in-order.ts';

test('steps run in the order in which they were given, however long each takes', async t => {
	const order = new InOrder();
	const ran: number[] = [];
	const slow = Promise.withResolvers<void>();
	void order.run(() => void ran.push(0));
	void order.run(() => slow.promise.then(() => void ran.push(1)));
	void order.run(() => void ran.push(2));
	void order.run(async () => {
		await turn();
		ran.push(3);
	});
	void order.run(() => void ran.push(4));
	t.deepEqual(ran, [0]);
	slow.resolve();
	await order.settled();
	t.deepEqual(ran, [0, 1, 2, 3, 4]);
	void order.run(() => void ran.push(5));
	t.deepEqual(ran, [0, 1, 2, 3, 4, 5], 'at once, because nothing waits');
});

test('the caller is told to wait when many steps wait, and may go on when half of them have run', async t => {
	const order = new InOrder();
	const first = Promise.withResolvers<void>();
	void order.run(() => first.promise);
	let room: void | Promise<void> | undefined;
	let waiting = 0;
	for (; !room; waiting++) room = order.run(() => undefined);
	t.true(waiting > 100 && waiting < 10_000);
	first.resolve();
	await room;
	await order.settled();
});

test('steps that become ready out of order run in order, and at once when their turn has come', async t => {
	const order = new InOrder();
	const ran: number[] = [];
	const late = Array.from({length: 6}, (_, number) => ({isReady: false, run: () => void ran.push(number)}));
	for (const step of late) void order.run(step);
	void order.run(() => void ran.push(6));
	const settled = order.settled().then(() => ran.push(7));
	for (const number of [1, 2, 5, 0, 4]) {
		late[number]!.isReady = true;
		order.proceed();
	}
	t.deepEqual(ran, [0, 1, 2]);
	late[3]!.isReady = true;
	order.proceed();
	t.deepEqual(ran, [0, 1, 2, 3, 4, 5, 6]);
	await settled;
	t.is(ran.at(-1), 7);
});

test('a step that becomes ready while another is under way runs when that is done', async t => {
	const order = new InOrder();
	const ran: string[] = [];
	const slow = Promise.withResolvers<void>();
	void order.run(() => slow.promise.then(() => void ran.push('slow')));
	const late = {isReady: false, run: () => void ran.push('late')};
	void order.run(late);
	late.isReady = true;
	order.proceed();
	t.deepEqual(ran, []);
	slow.resolve();
	await order.settled();
	t.deepEqual(ran, ['slow', 'late']);
});

test('a step that fails when its turn has come is no concern of whoever made it ready, but of the next', async t => {
	const order = new InOrder();
	const failure = new Error('no room');
	const late = {isReady: false, run: () => { throw failure; }};
	void order.run(late);
	void order.run(() => t.fail('nothing runs after a failure'));
	late.isReady = true;
	t.notThrows(() => order.proceed());
	t.is(await t.throwsAsync(order.settled()), failure);
	t.is(t.throws(() => order.run(() => undefined)), failure);
});

test('after a step has failed no other runs, and whoever comes next is told why', async t => {
	const order = new InOrder();
	const failure = new Error('the store is gone');
	const slow = Promise.withResolvers<void>();
	let ran = false;
	void order.run(() => slow.promise);
	void order.run(() => void (ran = true));
	slow.reject(failure);
	t.is(await t.throwsAsync(order.settled()), failure);
	t.false(ran);
	t.is(t.throws(() => order.run(() => undefined)), failure);
});

test('a step that is under way when all fails has ended before anybody is told that nothing runs', async t => {
	const order = new InOrder();
	const slow = Promise.withResolvers<void>();
	let isTold = false;
	void order.run(() => slow.promise);
	void order.run({isReady: false, run: () => t.fail('nothing runs after a failure')});
	const early = t.throwsAsync(order.settled(), {message: 'gone'}).then(() => (isTold = true));
	order.fail(new Error('gone'));
	const late = t.throwsAsync(order.settled(), {message: 'gone'}).then(() => (isTold = true));
	await turn();
	t.false(isTold);
	slow.resolve();
	await Promise.all([early, late]);
});

test('a caller that waits for room is not left waiting when a step fails', async t => {
	const order = new InOrder();
	const slow = Promise.withResolvers<void>();
	void order.run(() => slow.promise);
	let room: void | Promise<void> | undefined;
	while (!room) room = order.run(() => undefined);
	slow.reject(new Error('gone'));
	await room;
	await t.throwsAsync(order.settled(), {message: 'gone'});
});
