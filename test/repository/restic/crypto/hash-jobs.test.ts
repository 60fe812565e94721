import {hash} from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import {oneByOne, openHashJobs} from '../../../../src/repository/restic/crypto/hash-jobs.ts';
import type {HashJob} from '../../../../src/repository/restic/crypto/hash-job.ts';

type Message = {length: number; pieceBlocks: number; isBroken: boolean};

const bytesOf = ({length}: Message, number: number): Buffer => Buffer.alloc(length, `message ${number} `);

/** Jobs for messages, handed out with pauses, after which somebody asks again. Gives what each job ended with. */
function run(messages: Message[], pauses: boolean[], jobs = openHashJobs()): Array<string | undefined> {
	const out = Array.from({length: messages.length}, (): string | undefined => 'never');
	let given = 0;
	let asked = 0;
	const next = (): HashJob | undefined => {
		if (given === messages.length || pauses[asked++ % pauses.length]) return undefined;
		const number = given++;
		const message = messages[number]!;
		const bytes = bytesOf(message, number);
		const window = Buffer.alloc(message.pieceBlocks * 64);
		let done = 0;
		return {
			length: bytes.length,
			next() {
				// The last piece is missing.
				if (message.isBroken && done + window.length >= bytes.length) return undefined;
				const piece = window.subarray(0, Math.min(window.length, bytes.length - done));
				bytes.copy(piece, 0, done);
				done += piece.length;
				return piece;
			},
			end: digest => void (out[number] = digest && Buffer.from(digest).toString('hex')),
		};
	};
	while (given < messages.length) jobs.run(next);
	while (jobs.finish());
	return out;
}

const message = fc.record({length: fc.oneof(fc.nat(200), fc.nat(5000), fc.integer({min: 200_000, max: 300_000})), pieceBlocks: fc.integer({min: 1, max: 4096}), isBroken: fc.boolean()});

test('each message gets its own hash, whichever others are hashed beside it and however often there is none', t => {
	fc.assert(
		fc.property(fc.array(message, {maxLength: 12}), fc.array(fc.boolean(), {minLength: 1, maxLength: 5}), (messages, pauses) => {
			const expected = messages.map((given, number) => (given.isBroken ? undefined : hash('sha256', bytesOf(given, number), 'hex')));
			t.deepEqual(run(messages, [...pauses, false]), expected);
			t.deepEqual(run(messages, [...pauses, false], oneByOne), expected);
		}),
		{numRuns: 60},
	);
});
