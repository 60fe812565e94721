import test from 'ava';
import * as fc from 'fast-check';
import {readEvents} from '../../../src/kube/client/watch-stream.ts';
import type {KubeError} from '../../../src/kube/kube-error.ts';

const subject = {verb: 'watch', target: 'configmaps'};
const object = (name: string, resourceVersion: string) => ({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, resourceVersion}});

async function* chunksOf(body: Buffer, cuts: number[]): AsyncIterable<Buffer> {
	let start = 0;
	for (const cut of cuts.toSorted((left, right) => left - right)) {
		const end = Math.min(cut, body.length);
		if (end > start) yield body.subarray(start, end);
		start = Math.max(start, end);
	}

	yield body.subarray(start);
}

test('events arrive whole however the network cuts them, inside characters too', async t => {
	const names = fc.array(fc.string({unit: 'grapheme', minLength: 1, maxLength: 12}), {maxLength: 8});
	await fc.assert(
		fc.asyncProperty(names, fc.array(fc.nat(900), {maxLength: 12}), async (names, cuts) => {
			const events = names.map((name, index) => ({type: 'ADDED', object: object(name, String(index))}));
			const body = Buffer.from(events.map(event => `${JSON.stringify(event)}\n`).join(''));
			const read = await Array.fromAsync(readEvents(chunksOf(body, cuts), subject));
			t.deepEqual(read as unknown[], events);
		}),
		{numRuns: 100},
	);
});

test('a bookmark is only its version', async t => {
	const line = `${JSON.stringify({type: 'BOOKMARK', object: object('', '42')})}\n`;
	t.deepEqual(await Array.fromAsync(readEvents(chunksOf(Buffer.from(line), []), subject)), [{type: 'BOOKMARK', resourceVersion: '42'}]);
});

test('an error event ends the watch with the code of its status', async t => {
	const status = {kind: 'Status', status: 'Failure', reason: 'Expired', code: 410, message: 'too old resource version: 1 (99)'};
	const body = `${JSON.stringify({type: 'ADDED', object: object('a', '1')})}\n${JSON.stringify({type: 'ERROR', object: status})}\n`;
	const events = readEvents(chunksOf(Buffer.from(body), []), subject)[Symbol.asyncIterator]();
	t.is((await events.next()).value.type, 'ADDED');
	const error = (await t.throwsAsync(async () => events.next())) as KubeError;
	t.true(error.expired);
	t.is(error.message, 'watch configmaps: 410 Expired: too old resource version: 1 (99)');
});

for (const [what, body] of [
	['that is cut off', '{"type":"ADDED","object":{"metadata":{"na'],
	['that is not JSON', 'upstream connect error\n'],
	['of an unknown type', '{"type":"SURPRISE","object":{}}\n'],
] as const) {
	test(`an event ${what} is a failure and not silently dropped`, async t => {
		const error = (await t.throwsAsync(async () => Array.fromAsync(readEvents(chunksOf(Buffer.from(body), []), subject)))) as KubeError;
		t.is(error.reason, 'BadAnswer');
	});
}

test('a line that never ends is given up', async t => {
	async function* endless(): AsyncIterable<Buffer> {
		for (;;) yield Buffer.alloc(1024 * 1024, 'a');
	}

	const error = (await t.throwsAsync(async () => Array.fromAsync(readEvents(endless(), subject)))) as KubeError;
	t.regex(error.message, /longer than/);
});
