import test from 'ava';
import fc from 'fast-check';
import {cases} from '../../../_cases.ts';
import {deviceNumber} from '../../../../src/repository/device-number.ts';
import {noFacts} from '../../../../src/repository/entry-facts.ts';
import type {EntryFacts} from '../../../../src/repository/entry-facts.ts';
import {formatGoTime} from '../../../../src/repository/restic/files/go-time.ts';
import {ByteText} from '../../../../src/repository/restic/tree/byte-text.ts';
import {HeadText} from '../../../../src/repository/restic/tree/head-text.ts';
import {NodeEncoder} from '../../../../src/repository/restic/tree/node-encoder.ts';
import {TimeText} from '../../../../src/repository/restic/tree/time-text.ts';
import {anyNode} from './_nodes.ts';

const seconds = fc.integer({min: 0, max: 253_402_300_799});
const nanoseconds = fc.oneof(fc.constantFrom(0, 1, 100_000_000, 120_000_000, 999_999_999), fc.integer({min: 0, max: 999_999_999}));

test('times are written as Go writes them', t => {
	const times = new TimeText();
	fc.assert(fc.property(seconds, nanoseconds, (second, rest) => {
		const bytes = Buffer.alloc(40);
		t.is(bytes.toString('latin1', 3, times.write(bytes, 3, second, rest)), formatGoTime(BigInt(second) * 1_000_000_000n + BigInt(rest)));
	}), {numRuns: cases(300)});
});

const facts: fc.Arbitrary<EntryFacts> = fc
	.record({
		mode: fc.nat({max: 0o7777}),
		uid: fc.nat({max: 0xffff_ffff}),
		gid: fc.nat({max: 0xffff_ffff}),
		size: fc.oneof(fc.nat({max: 100}), fc.maxSafeNat()),
		mtimeSeconds: seconds,
		mtimeNanoseconds: nanoseconds,
		ctimeSeconds: seconds,
		ctimeNanoseconds: nanoseconds,
		inodeHigh: fc.oneof(fc.constant(0), fc.nat({max: 0x1f_ffff})),
		inodeLow: fc.oneof(fc.constant(0), fc.nat({max: 0xffff_ffff})),
		deviceMajor: fc.oneof(fc.nat({max: 300}), fc.nat({max: 0xffff_ffff})),
		deviceMinor: fc.oneof(fc.nat({max: 300}), fc.nat({max: 0xffff_ffff})),
	})
	.map(some => ({...noFacts(), ...some, links: 1}));

for (const form of ['canonical', 'restic'] as const) {
	test(`what is written from numbers is what is written from a node (${form})`, t => {
		const head = new HeadText(form);
		const encoder = new NodeEncoder(form);
		fc.assert(fc.property(facts, anyNode, (found, {name, user, group, extendedAttributes}) => {
			const text = new ByteText();
			text.write('before ');
			const names = Buffer.concat([Buffer.from('xx'), name, Buffer.from('yy')]);
			t.true(head.write({facts: found, names, from: 2, to: 2 + name.length, user, group, attributes: extendedAttributes ?? [], anyIdentity: false}, text));
			text.write(',"content":[]}');

			const expected = new ByteText();
			const mtimeNs = BigInt(found.mtimeSeconds) * 1_000_000_000n + BigInt(found.mtimeNanoseconds);
			encoder.write({
				name,
				type: 'file',
				mode: found.mode,
				uid: found.uid,
				gid: found.gid,
				mtimeNs,
				atimeNs: mtimeNs,
				ctimeNs: BigInt(found.ctimeSeconds) * 1_000_000_000n + BigInt(found.ctimeNanoseconds),
				inode: (BigInt(found.inodeHigh) << 32n) | BigInt(found.inodeLow),
				deviceId: deviceNumber(found.deviceMajor, found.deviceMinor),
				links: 1,
				size: found.size,
				content: new Uint8Array(),
				...(user && {user}),
				...(group && {group}),
				...(extendedAttributes && {extendedAttributes}),
			}, expected);
			t.is(text.bytes.toString('latin1', 7, text.length), expected.bytes.toString('latin1', 0, expected.length));
		}), {numRuns: cases(150)});
	});
}

test('what does not fit into numbers, or has several names, is left to the encoder', t => {
	const head = new HeadText('canonical');
	const entry = {names: Buffer.from('a'), from: 0, to: 1, user: undefined, group: undefined, attributes: [], anyIdentity: false};
	for (const odd of [{links: 2}, {type: 'dir' as const}, {inodeHigh: 0x20_0000}, {mtimeSeconds: -1}, {ctimeSeconds: 253_402_300_800}]) {
		t.false(head.write({...entry, facts: {...noFacts(), links: 1, ...odd}}, new ByteText()), JSON.stringify(odd));
	}
});
