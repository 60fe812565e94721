import test from 'ava';
import {stopInOrder} from '../../../src/kube/runtime/shutdown.ts';
import {manualClock} from '../_manual-clock.ts';
import {capturedLog} from '../_tools.ts';

test('parts are stopped in order, each when the one before has ended', async t => {
	const clock = manualClock();
	const order: string[] = [];
	const stopping = stopInOrder(
		[
			{name: 'intake', limitMs: 5000, stop: async () => { await clock.sleep(1000); order.push(`intake at ${clock.monotonicMs()}`); }},
			{name: 'lease', limitMs: 5000, stop: () => void order.push(`lease at ${clock.monotonicMs()}`)},
		],
		{log: capturedLog().log, clock},
	);
	await clock.advance(10_000);
	t.deepEqual(await stopping, []);
	t.deepEqual(order, ['intake at 1000', 'lease at 1000']);
	t.is(clock.sleepers, 0);
});

test('a part that hangs or fails does not keep the next from stopping', async t => {
	const clock = manualClock();
	const {log, lines} = capturedLog();
	let released = false;
	const stopping = stopInOrder(
		[
			{name: 'hangs', limitMs: 3000, stop: async () => new Promise(() => undefined)},
			{name: 'fails', limitMs: 3000, stop: async () => Promise.reject(new Error('no'))},
			{name: 'lease', limitMs: 3000, stop: () => void (released = true)},
		],
		{log, clock},
	);
	await clock.advance(3000);
	t.deepEqual(await stopping, ['hangs', 'fails']);
	t.true(released);
	t.deepEqual(lines.map(line => line['step']), ['hangs', 'fails']);
});
