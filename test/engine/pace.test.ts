import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {Pace} from '../../src/engine/pace.ts';
import {ProgressMeter} from '../../src/engine/progress-meter.ts';
import {manualClock} from './_workshop.ts';

const askOften = (pace: Pace): boolean => Array.from({length: 16}, () => pace.due()).some(due => due);

test('a long stretch of work is told to pause when others have waited long enough', async t => {
	const clock = manualClock();
	const pace = new Pace(clock, neverAborts, 20);
	t.false(askOften(pace));
	clock.advance(20);
	t.true(askOften(pace));
	let others = false;
	setImmediate(() => (others = true));
	await pace.breathe();
	t.true(others);
	t.false(askOften(pace));
});

test('an abort is noticed at the next pause', async t => {
	const controller = new AbortController();
	const pace = new Pace(manualClock(), controller.signal);
	await pace.breathe();
	const reason = new Error('stop');
	controller.abort(reason);
	t.is(await t.throwsAsync(pace.breathe()), reason);
});

test('progress is passed on at most once per interval, however often the work ticks', t => {
	const clock = manualClock();
	const seen: number[] = [];
	let done = 0;
	const meter = new ProgressMeter({clock, current: () => done, report: progress => seen.push(progress), everyMs: 250});
	for (; done < 10_000; done++) {
		if (done % 100 === 0) clock.advance(10);
		meter.tick();
	}
	meter.now();
	t.is(seen.length, 4 + 1, 'one second has passed');
	t.is(seen.at(-1), 10_000);
});
