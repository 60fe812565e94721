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
