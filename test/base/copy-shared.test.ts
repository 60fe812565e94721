import test from 'ava';
import {copyShared} from '../../src/base/copy-shared.ts';

test('bytes arrive in shared memory and from there as they are, and nothing beside them changes', t => {
	const from = Uint8Array.from({length: 9000}, (_, at) => (at * 7 + 1) % 251);
	for (const memory of [new ArrayBuffer(20_000), new SharedArrayBuffer(20_000)]) {
		for (const length of [0, 1, 1023, 1024, 1025, 8191]) {
			for (const [skip, at] of [[0, 0], [3, 5], [8, 16], [1, 7000]] as const) {
				const into = new Uint8Array(memory, 13, 16_000).fill(255);
				const piece = from.subarray(skip, skip + length);
				copyShared(into, piece, at);
				const expected = new Uint8Array(16_000).fill(255);
				expected.set(piece, at);
				t.deepEqual(Buffer.compare(into, expected), 0, `${length} bytes from ${skip} to ${at}`);
				const back = new Uint8Array(length);
				copyShared(back, into.subarray(at, at + length));
				t.is(Buffer.compare(back, piece), 0);
			}
		}
	}
});

test('what has no room is not copied, not even in part', t => {
	const memory = new SharedArrayBuffer(20_000);
	const into = new Uint8Array(memory, 0, 4000);
	for (const [length, at] of [[5000, 0], [2000, 2001], [10, 3991]] as const) t.throws(() => copyShared(into, new Uint8Array(length).fill(1), at), {instanceOf: RangeError});
	t.true(new Uint8Array(memory).every(byte => byte === 0));
});
