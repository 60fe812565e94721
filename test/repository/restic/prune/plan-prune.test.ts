import test from 'ava';
import fc from 'fast-check';
import {defaultLimits, planPrune} from '../../../../src/repository/restic/prune/plan-prune.ts';
import type {PackUse, PruneLimits, PrunePlan} from '../../../../src/repository/restic/prune/plan-prune.ts';

const mebibyte = 1024 * 1024;
const limits: PruneLimits = {...defaultLimits, compressTrees: true, packSize: 16 * mebibyte, maxPackBlobs: 10_000};

/** A pack of content of `used` and `unused` MiB, a blob for each. */
const pack = (number: number, used: number, unused: number, more: Partial<PackUse> = {}): PackUse => ({
	pack: number,
	content: 'data',
	usedBlobs: Math.ceil(used),
	usedBytes: Math.round(used * mebibyte),
	unusedBlobs: Math.ceil(unused),
	unusedBytes: Math.round(unused * mebibyte),
	headerBytes: 36,
	rawTrees: false,
	missing: false,
	...more,
});

const fates = ({remove, repack, keep}: PrunePlan): Record<number, string> =>
	Object.fromEntries([
		...remove.map(fate => [fate.pack, `remove ${fate.reason}`]),
		...repack.map(fate => [fate.pack, `repack ${fate.reason}`]),
		...keep.map(fate => [fate.pack, `keep ${fate.reason}`]),
	]);

test('a pack of which nothing is used goes, and one of which all is used stays', t => {
	const plan = planPrune([pack(0, 16, 0), pack(1, 0, 16), pack(2, 0, 16, {missing: true})], limits);
	t.deepEqual(fates(plan), {0: 'keep used', 1: 'remove unused', 2: 'remove missing'});
	t.is(plan.unusedBytesAfter, 0);
});

test('packs are rewritten, the emptiest first, until what is unused is within the limit', t => {
	const packs = [pack(0, 380, 0), pack(1, 8, 8), pack(2, 15, 1), pack(3, 1, 15)];
	t.deepEqual(fates(planPrune(packs, limits)), {0: 'keep used', 1: 'keep tolerated', 2: 'keep tolerated', 3: 'repack partlyUsed'});
	t.deepEqual(fates(planPrune(packs, {...limits, maxUnused: {bytes: 0}})), {0: 'keep used', 1: 'repack partlyUsed', 2: 'repack partlyUsed', 3: 'repack partlyUsed'});
	t.deepEqual(fates(planPrune(packs, {...limits, maxUnused: {percent: 100}})), {0: 'keep used', 1: 'keep tolerated', 2: 'keep tolerated', 3: 'keep tolerated'});
});

test('packs of trees, mixed packs and raw trees are tidied whatever the limit', t => {
	const packs = [pack(0, 380, 0), pack(1, 15, 1, {content: 'tree'}), pack(2, 16, 0, {content: 'mixed'}), pack(3, 16, 0, {content: 'tree', rawTrees: true}), pack(4, 15, 1)];
	const expected = {0: 'keep used', 1: 'repack partlyUsed', 2: 'repack mixed', 3: 'repack rawTrees', 4: 'keep tolerated'};
	t.deepEqual(fates(planPrune(packs, limits)), expected);
	t.deepEqual(fates(planPrune(packs, {...limits, compressTrees: false})), {...expected, 3: 'keep used'}, 'version 1 of the format knows no compression');
});

test('ten small packs are merged, nine are left alone', t => {
	const small = (count: number): PackUse[] => Array.from({length: count}, (_, number) => pack(number, 3, 0));
	t.is(planPrune(small(9), limits).repack.length, 0);
	t.true(planPrune(small(10), limits).repack.every(({reason}) => reason === 'small'));
	t.is(planPrune(small(10), limits).repack.length, 10);
	t.is(planPrune(small(10), {...limits, smallPackBytes: mebibyte}).repack.length, 0);
	t.is(planPrune(small(10), {...limits, packSize: 3 * mebibyte}).repack.length, 0, 'new packs would be no larger');
	t.is(planPrune(small(10).map(use => ({...use, usedBlobs: 10_000})), limits).repack.length, 0, 'a pack that holds as many blobs as any can is not merged for ever');
});

test('no more is rewritten than allowed, and the next prune goes on', t => {
	const packs = [pack(0, 8, 8), pack(1, 8, 8), pack(2, 8, 8, {content: 'tree'})];
	const plan = planPrune(packs, {...limits, maxRepackBytes: 33 * mebibyte});
	t.deepEqual(fates(plan), {0: 'repack partlyUsed', 1: 'keep repackLimit', 2: 'repack partlyUsed'});
	t.deepEqual(planPrune(packs, {...limits, maxRepackBytes: 0}).repack, []);
});

test('every pack has one fate, nothing used is removed, and the limits hold', t => {
	const size = fc.constantFrom(0, 0, 0.01, 0.5, 2, 5, 14, 16);
	const use = fc.record({used: size, unused: size, content: fc.constantFrom('data', 'tree', 'mixed'), rawTrees: fc.boolean()}).filter(({used, unused}) => used + unused > 0);
	fc.assert(
		fc.property(fc.array(use, {maxLength: 60}), fc.constantFrom({percent: 5}, {percent: 0}, {bytes: 10 * mebibyte}), fc.constantFrom(Infinity, 0, 40 * mebibyte), (uses, maxUnused, maxRepackBytes) => {
			const packs = uses.map(({used, unused, content, rawTrees}, number) => pack(number, used, unused, {content: content as PackUse['content'], rawTrees: rawTrees && content !== 'data'}));
			const plan = planPrune(packs, {...limits, maxUnused, maxRepackBytes});
			t.deepEqual([...plan.remove, ...plan.repack, ...plan.keep].map(fate => fate.pack).sort((a, b) => a - b), packs.map(({pack: number}) => number));
			t.true(plan.remove.every(fate => packs[fate.pack]!.usedBlobs === 0));
			t.true(plan.repack.reduce((sum, {bytes}) => sum + bytes, 0) <= maxRepackBytes);
			const left = plan.keep.reduce((sum, fate) => sum + packs[fate.pack]!.unusedBytes, 0);
			t.is(plan.unusedBytesAfter, left);
			const used = packs.reduce((sum, {usedBytes}) => sum + usedBytes, 0);
			const tolerated = 'bytes' in maxUnused ? maxUnused.bytes : (used * maxUnused.percent) / (100 - maxUnused.percent);
			if (maxRepackBytes === Infinity) t.true(left <= tolerated);
		}),
	);
});
