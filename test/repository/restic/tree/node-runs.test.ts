import test from 'ava';
import fc from 'fast-check';
import {deviceNumber} from '../../../../src/repository/device-number.ts';
import {noFacts} from '../../../../src/repository/entry-facts.ts';
import type {EntryFacts} from '../../../../src/repository/entry-facts.ts';
import {entrySlot} from '../../../../src/repository/entry-run.ts';
import type {EntryRun} from '../../../../src/repository/entry-run.ts';
import {fillFacts} from '../../../../src/engine/file-system/linux/read-facts.ts';
import type {Node} from '../../../../src/repository/node.ts';
import {ByteText} from '../../../../src/repository/restic/tree/byte-text.ts';
import {NodeEncoder} from '../../../../src/repository/restic/tree/node-encoder.ts';
import {NodeRuns} from '../../../../src/repository/restic/tree/node-runs.ts';
import {StoredMatch} from '../../../../src/repository/restic/tree/stored-match.ts';

/** A `struct statx`, in the fields that matter. */
type Raw = {mode: number; links: number; uid: number; inode: bigint; size: bigint; ctime: bigint; ctimeRest: number; mtime: bigint; mtimeRest: number; minor: number};

const seconds = fc.oneof({arbitrary: fc.bigInt({min: 0n, max: 253_402_300_799n}), weight: 400}, {arbitrary: fc.constantFrom(-1n, 253_402_300_800n), weight: 1});
const rest = fc.oneof(fc.constantFrom(0, 1, 100_000_000, 120_000_000, 999_999_999), fc.nat({max: 999_999_999}));
const large = fc.oneof({arbitrary: fc.constantFrom(0n, 9n, 10n, 2n ** 32n, 2n ** 53n - 1n), weight: 200}, {arbitrary: fc.maxSafeNat().map(BigInt), weight: 200}, {arbitrary: fc.constant(2n ** 53n), weight: 1});
const raw: fc.Arbitrary<Raw> = fc.record({
	mode: fc.oneof({arbitrary: fc.nat({max: 0o7777}).map(mode => mode | 0o100000), weight: 400}, {arbitrary: fc.constantFrom(0o040755, 0o120777, 0o010644), weight: 1}),
	links: fc.oneof({arbitrary: fc.constant(1), weight: 400}, {arbitrary: fc.constant(2), weight: 1}),
	uid: fc.oneof({arbitrary: fc.constant(1000), weight: 400}, {arbitrary: fc.constant(0), weight: 1}),
	inode: large,
	size: large,
	ctime: seconds,
	ctimeRest: rest,
	mtime: seconds,
	mtimeRest: rest,
	minor: fc.oneof({arbitrary: fc.constant(7), weight: 400}, {arbitrary: fc.constant(8), weight: 1}),
});
const names = fc.uniqueArray(fc.oneof({arbitrary: fc.stringMatching(/^[a-zA-Z0-9 ,{}]{1,12}$/), weight: 400}, {arbitrary: fc.stringMatching(/^[!-.0-~]{3,12}$/), weight: 2}, {arbitrary: fc.constantFrom('ñ', 'a b', 'z'.repeat(255)), weight: 1}), {minLength: 1, maxLength: 40, size: 'max'});
const directory = names.chain(all => fc.tuple(fc.constant(all.map(name => Buffer.from(name)).toSorted(Buffer.compare)), fc.array(raw, {minLength: all.length, maxLength: all.length})));

function runOf(all: Buffer[], statuses: Raw[]): EntryRun {
	const bytes = Buffer.alloc(16 + all.length * entrySlot.bytes);
	for (const [number, status] of statuses.entries()) {
		const at = 16 + number * entrySlot.bytes;
		const field = at + entrySlot.status;
		bytes.writeUInt32LE(status.links, field + 16);
		bytes.writeUInt32LE(status.uid, field + 20);
		bytes.writeUInt32LE(100, field + 24);
		bytes.writeUInt16LE(status.mode, field + 28);
		bytes.writeBigUInt64LE(status.inode, field + 32);
		bytes.writeBigUInt64LE(status.size, field + 40);
		bytes.writeBigInt64LE(status.ctime, field + 96);
		bytes.writeUInt32LE(status.ctimeRest, field + 104);
		bytes.writeBigInt64LE(status.mtime, field + 112);
		bytes.writeUInt32LE(status.mtimeRest, field + 120);
		bytes.writeUInt32LE(253, field + 136);
		bytes.writeUInt32LE(status.minor, field + 140);
		all[number]!.copy(bytes, at + entrySlot.name);
	}
	return {bytes, at: 16, count: all.length};
}

function factsOf({bytes, at}: EntryRun, number: number): EntryFacts {
	const facts = noFacts();
	const status = new Uint32Array(64);
	new Uint8Array(status.buffer).set(bytes.subarray(at + number * entrySlot.bytes + entrySlot.status, at + number * entrySlot.bytes + entrySlot.status + 256));
	fillFacts(status, 0, facts);
	return facts;
}

const ids = fc.uint8Array({minLength: 32 * 40, maxLength: 32 * 40});
const owner = {uid: 1000, gid: 100, user: 'ann', group: 'crowd "1"'};

for (const form of ['canonical', 'restic'] as const) {
	test(`of many entries at once exactly those are found unchanged that are when each is looked at (${form})`, t => {
		let longest = 0;
		fc.assert(fc.property(directory, ids, fc.nat({max: 45}), fc.nat({max: 60}), fc.nat({max: 90}), ([all, statuses], content, changed, unknown, cut) => {
			const run = runOf(all, statuses);
			const text = new ByteText();
			text.write('{"nodes":[');
			const encoder = new NodeEncoder(form);
			for (const [number, name] of all.entries()) {
				const facts = factsOf(run, number);
				const mtimeNs = BigInt(facts.mtimeSeconds) * 1_000_000_000n + BigInt(facts.mtimeNanoseconds);
				const node: Node = {
					name, type: 'file', mode: facts.mode, uid: facts.uid, gid: 100, user: 'ann', group: 'crowd "1"', mtimeNs, atimeNs: mtimeNs, links: facts.links,
					ctimeNs: BigInt(facts.ctimeSeconds) * 1_000_000_000n + BigInt(facts.ctimeNanoseconds), inode: statuses[number]!.inode, deviceId: deviceNumber(253, statuses[number]!.minor),
					size: facts.size, content: facts.size === 0 ? new Uint8Array() : content.subarray(32 * number, 32 * (number + 1 + (number % 2))),
				};
				if (number === changed) node.mtimeNs += 1n;
				if (number > 0) text.write(',');
				encoder.write(node, text);
			}
			text.write(']}\n');
			const bytes = Buffer.from(text.bytes.subarray(0, cut > 80 ? Math.floor(text.length * 0.7) : text.length));
			const isKnown = (id: Uint8Array, at = 0): boolean => Buffer.compare(id.subarray(at, at + 32), content.subarray(32 * unknown, 32 * unknown + 32)) !== 0 || unknown >= 40;

			const single = new StoredMatch(form, isKnown);
			let [count, end, size] = [0, 10, 0];
			for (let at = 10; count < all.length; count++) {
				const facts = factsOf(run, count);
				const name = all[count]!;
				const isPlain = /^[ -~]+$/.test(name.toString()) && !/["\\<>&]/.test(name.toString());
				// An entry of another owner or device than the first is for the next run.
				if (!isPlain || facts.uid !== owner.uid || facts.size > Number.MAX_SAFE_INTEGER || (form === 'restic' && facts.deviceMinor !== statuses[0]!.minor)) break;
				const next = single.end({facts, names: name, from: 0, to: name.length, user: owner.user, group: owner.group, attributes: [], anyIdentity: false}, bytes, at, bytes.length);
				if (next < 0) break;
				[end, at] = [next, next + 1];
				size += facts.size;
			}
			const found = new NodeRuns(form, isKnown).match(run, owner, bytes, 0, 10, bytes.length);
			t.is(found.count, count);
			longest = Math.max(longest, count);
			if (count > 0) t.deepEqual(found, {count, end, size});
		}), {numRuns: 1500});
		t.true(longest > 15, 'whole directories are among them');
	});
}

test('a text that is longer than the memory for it, or goes on elsewhere, is brought again', t => {
	const status: Raw = {mode: 0o100644, links: 1, uid: 1000, inode: 5n, size: 0n, ctime: 1000n, ctimeRest: 0, mtime: 1000n, mtimeRest: 5, minor: 7};
	const all = Array.from({length: 900}, (_, number) => Buffer.from(`name-${String(number).padStart(5, '0')}`));
	const encoder = new NodeEncoder('canonical');
	const text = new ByteText();
	for (const [number, name] of all.entries()) {
		if (number > 0) text.write(',');
		encoder.write({name, type: 'file', mode: 0o644, uid: 1000, gid: 100, user: 'ann', group: 'crowd "1"', mtimeNs: 1_000_000_000_005n, atimeNs: 1_000_000_000_005n, ctimeNs: 1_000_000_000_000n, inode: 5n, deviceId: 0n, links: 1, size: 0, content: new Uint8Array()}, text);
	}
	// The end of a text is left to who looks at one entry.
	text.write(' '.repeat(100));
	const bytes = Buffer.from(text.bytes.subarray(0, text.length));
	const runs = new NodeRuns('canonical', () => true);
	for (const base of [0, 100]) {
		let [done, at] = [0, 0];
		while (done < all.length) {
			const names = all.slice(done, done + 128);
			const {count, end} = runs.match(runOf(names, names.map(() => status)), owner, bytes, base, at, bytes.length);
			t.is(count, names.length);
			done += count;
			at = end + 1;
		}
	}
	// The same memory with another text in it.
	bytes.fill(0x20);
	t.is(runs.match(runOf(all.slice(0, 2), [status, status]), owner, bytes, 200, 0, bytes.length).count, 0);
});
