import test from 'ava';
import {neverAborts} from '../../../src/base/abort.ts';
import {superviseIdle} from '../../../src/kube/cache/supervise-idle.ts';
import {manualClock} from '../_manual-clock.ts';

test('a watch lives as long as something comes every two and a half minutes', async t => {
	const clock = manualClock();
	const supervision = superviseIdle(clock, neverAborts);
	for (let count = 0; count < 5; count++) {
		await clock.advance(149_000);
		supervision.sign();
	}

	t.false(supervision.signal.aborted);
	await clock.advance(150_000);
	t.is((supervision.signal.reason as {reason: string}).reason, 'Timeout');
});

test('a watch that never said anything is told apart, for its position may be one that the server does not know', async t => {
	const clock = manualClock();
	const supervision = superviseIdle(clock, neverAborts);
	await clock.advance(150_000);
	t.is((supervision.signal.reason as {reason: string}).reason, 'Silent');
});

test('supervision ends with its watch and leaves no timer behind', async t => {
	const clock = manualClock();
	const supervision = superviseIdle(clock, neverAborts);
	supervision[Symbol.dispose]();
	await clock.advance(300_000);
	t.false(supervision.signal.aborted);
	t.is(clock.sleepers, 0);
});
