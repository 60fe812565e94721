import test from 'ava';
import * as fc from 'fast-check';
import {WorkQueue} from '../../../src/kube/runtime/work-queue.ts';
import {manualClock, settled} from '../_manual-clock.ts';
import {metrics} from '../_tools.ts';

const queueWith = (clock = manualClock()) => ({clock, queue: new WorkQueue({name: 'test', clock, metrics: metrics()})});

test('a key that is added many times waits once', async t => {
	const {queue} = queueWith();
	queue.add('a');
	queue.add('b');
	queue.add('a');
	t.is(queue.depth, 2);
	t.is(await queue.take(), 'a');
	t.is(await queue.take(), 'b');
	t.is(queue.depth, 0);
});

test('a key that changes while it is worked on is handed out again, but only after that work', async t => {
	const {queue} = queueWith();
	queue.add('a');
	t.is(await queue.take(), 'a');
	queue.add('a');
	let second: string | undefined;
	const waiting = queue.take().then(key => (second = key));
	await settled();
	t.is(second, undefined);
	queue.done('a');
	await waiting;
	t.is(second, 'a');
});

test('a delayed key comes when its time has come, and an earlier wish wins', async t => {
	const {queue, clock} = queueWith();
	queue.addAfter('a', 5000);
	queue.addAfter('b', 3000);
	queue.addAfter('a', 1000);
	queue.addAfter('a', 9000);
	await clock.advance(999);
	t.is(queue.depth, 0);
	await clock.advance(1);
	t.is(await queue.take(), 'a');
	queue.done('a');
	await clock.advance(2000);
	t.is(await queue.take(), 'b');
	queue.done('b');
	await clock.advance(60_000);
	t.is(queue.depth, 0, 'the later wishes for a are gone');
});

test('a failing key waits twice as long each time and starts anew once it is forgotten', async t => {
	const {queue, clock} = queueWith();
	const waits: number[] = [];
	async function fail(): Promise<void> {
		const startedMs = clock.monotonicMs();
		queue.addRateLimited('a');
		const taken = queue.take();
		while (queue.workingForMs().length === 0) await clock.advance(5);
		queue.done((await taken)!);
		waits.push(clock.monotonicMs() - startedMs);
	}

	for (let count = 0; count < 4; count++) await fail();
	t.deepEqual(waits, [5, 10, 20, 40]);
	t.is(queue.failures('a'), 4);
	queue.forget('a');
	await fail();
	t.is(waits.at(-1), 5);
});

test('many keys that fail together come back ten a second once the first hundred are through', async t => {
	const {queue, clock} = queueWith();
	for (let count = 0; count < 150; count++) queue.addRateLimited(`key-${count}`);
	await clock.advance(50);
	t.is(queue.depth, 100);
	await clock.advance(1000);
	t.is(queue.depth, 110);
	await clock.advance(4000);
	t.is(queue.depth, 150);
});

test('closing lets waiting workers go and takes nothing more', async t => {
	const {queue, clock} = queueWith();
	queue.add('a');
	const working = await queue.take();
	const waiting = queue.take();
	queue.addAfter('b', 10);
	queue.close();
	t.is(await waiting, undefined);
	t.is(await queue.take(), undefined);
	queue.add('c');
	await clock.advance(20);
	t.is(queue.depth, 0);
	t.notThrows(() => queue.done(working!));
	t.is(clock.sleepers, 0, 'no timer is left behind');
});

type Step = {kind: 'add' | 'later' | 'retry'; key: string} | {kind: 'take'} | {kind: 'done'; pick: number} | {kind: 'wait'; ms: number};

const steps = fc.array(
	fc.oneof(
		fc.record({kind: fc.constantFrom('add' as const, 'later' as const, 'retry' as const), key: fc.constantFrom('a', 'b', 'c', 'd')}),
		fc.constant({kind: 'take' as const}),
		fc.record({kind: fc.constant('done' as const), pick: fc.nat(9)}),
		fc.record({kind: fc.constant('wait' as const), ms: fc.nat(3000)}),
	),
	{maxLength: 80},
);

test('whatever the order of events, no key is worked on twice at once and no change is lost', async t => {
	await fc.assert(
		fc.asyncProperty(steps, async (script: Step[]) => {
			const {queue, clock} = queueWith();
			const working: string[] = [];
			/** Changes that happened after the last time the key was handed out. */
			const unseen = new Set<string>();

			const onTaken = (key: string | undefined): void => {
				if (key === undefined) return;
				if (working.includes(key)) throw new Error(`${key} is worked on twice`);
				working.push(key);
				unseen.delete(key);
			};

			for (const step of script) {
				if (step.kind === 'add') queue.add(step.key);
				if (step.kind === 'later') queue.addAfter(step.key, 500);
				if (step.kind === 'retry') queue.addRateLimited(step.key);
				if ('key' in step) unseen.add(step.key);
				if (step.kind === 'take') void queue.take().then(onTaken);
				if (step.kind === 'done' && working.length > 0) queue.done(working.splice(step.pick % working.length, 1)[0]!);
				if (step.kind === 'wait') await clock.advance(step.ms);
				await settled();
			}

			// With workers and time enough, everything that changed is seen.
			await clock.advance(3_600_000);
			while (queue.depth > 0 || working.length > 0) {
				for (const key of working.splice(0)) queue.done(key);
				void queue.take().then(onTaken);
				await settled();
			}

			t.deepEqual([...unseen], []);
		}),
		{numRuns: 150},
	);
});
