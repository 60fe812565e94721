import test from 'ava';
import * as fc from 'fast-check';
import {createEventAggregator} from '../../../src/kube/runtime/event-aggregator.ts';
import {manualClock} from '../_manual-clock.ts';

const minute = 60_000;

test('a repetition updates the first event, and a flood of repetitions is written every five minutes', async t => {
	const clock = manualClock();
	const aggregator = createEventAggregator(clock);
	t.is(aggregator.note('k', 'uid'), 'create');
	t.is(aggregator.note('k', 'uid'), 'update');
	for (let count = 0; count < 100; count++) t.is(aggregator.note('k', 'uid'), 'count');
	await clock.advance(5 * minute);
	t.is(aggregator.note('k', 'uid'), 'update');
	t.is(aggregator.series('k')!.count, 103);
});

test('a series that went quiet is ended with its last count, and a later occurrence is a new event', async t => {
	const clock = manualClock();
	const aggregator = createEventAggregator(clock);
	for (let count = 0; count < 3; count++) aggregator.note('k', 'uid');
	const lastAt = clock.now();
	await clock.advance(6 * minute);
	t.deepEqual(aggregator.end(), [], 'six minutes are not over yet');
	await clock.advance(1);
	t.deepEqual(aggregator.end(), [{key: 'k', series: {count: 3, lastAt}}]);
	t.is(aggregator.note('k', 'uid'), 'create');
});

test('an object that causes ever new events is quietened, and heard again after a while', async t => {
	const clock = manualClock();
	const aggregator = createEventAggregator(clock);
	const decisions = Array.from({length: 30}, (_, index) => aggregator.note(`k${index}`, 'noisy'));
	t.is(decisions.filter(decision => decision === 'create').length, 25);
	t.is(decisions.filter(decision => decision === 'drop').length, 5);
	t.is(aggregator.note('other', 'quiet'), 'create', 'others are not affected');
	t.is(aggregator.note('k0', 'noisy'), 'update', 'nor are repetitions');
	await clock.advance(5 * minute);
	t.is(aggregator.note('late', 'noisy'), 'create');
	t.is(aggregator.note('later', 'noisy'), 'drop');
});

test('at shutdown every count that was not written yet is handed out', t => {
	const aggregator = createEventAggregator(manualClock());
	for (let count = 0; count < 5; count++) aggregator.note('a', 'uid');
	for (let count = 0; count < 2; count++) aggregator.note('b', 'uid');
	t.deepEqual(aggregator.end(true).map(({key, series}) => [key, series.count]), [['a', 5]]);
	t.deepEqual(aggregator.end(true), []);
});

test('no occurrence is counted twice or lost, whatever the order of occurrences and pauses', async t => {
	const step = fc.oneof(fc.record({key: fc.constantFrom('a', 'b')}), fc.record({pauseMs: fc.nat(8 * minute)}));
	await fc.assert(
		fc.asyncProperty(fc.array(step, {maxLength: 60}), async script => {
			const clock = manualClock();
			const aggregator = createEventAggregator(clock);
			/** What the API server would show: the sum of the counts of all events. */
			let shown = 0;
			const written = new Map<string, number>();
			let occurred = 0;
			const show = (key: string, count: number): void => {
				shown += count - (written.get(key) ?? 0);
				written.set(key, count);
			};

			for (const entry of script) {
				if ('pauseMs' in entry) {
					await clock.advance(entry.pauseMs);
					for (const {key, series} of aggregator.end()) show(key, series.count);
					continue;
				}

				occurred++;
				const decision = aggregator.note(entry.key, entry.key);
				if (decision === 'drop') occurred--;
				if (decision === 'create') written.delete(entry.key);
				if (decision === 'create' || decision === 'update') show(entry.key, aggregator.series(entry.key)!.count);
			}

			for (const {key, series} of aggregator.end(true)) show(key, series.count);
			return shown === occurred;
		}),
		{numRuns: 100},
	);
	t.pass();
});
