import test from 'ava';
import {comparisonTables} from '../../bench/report/comparison-tables.ts';
import {median} from '../../bench/report/median.ts';
import {inexactRestores, rivalsTable} from '../../bench/report/peers-table.ts';
import {summarize} from '../../bench/report/summarize.ts';
import {verdicts} from '../../bench/report/targets.ts';
import {replaceFigures} from '../../bench/report/write-document.ts';
import type {Sample} from '../../bench/rounds/sample.ts';

const mebibyte = 1024 ** 2;

const sample = (peer: string, round: number, changes: Partial<Sample>): Sample => ({
	set: 'text',
	store: 'file',
	size: 'full',
	round,
	peer,
	step: 'backup',
	wallSeconds: 1,
	cpuSeconds: 1,
	peakBytes: 100 * mebibyte,
	otherCpuSeconds: 0,
	storedBytes: 1000,
	...changes,
});

test('the median of an even number of values is between the middle ones, and nothing has none', t => {
	t.is(median([5, 1, 9]), 5);
	t.is(median([1, 2, 4, 100]), 3);
	t.throws(() => median([]), {instanceOf: RangeError});
});

test('a ratio compares samples of the same round, so a machine that was slow for a while spoils neither side', t => {
	const [comparison] = summarize([
		sample('lazarette', 1, {wallSeconds: 4}), sample('restic', 1, {wallSeconds: 10}),
		sample('lazarette', 2, {wallSeconds: 40}), sample('restic', 2, {wallSeconds: 100}),
		sample('lazarette', 3, {wallSeconds: 6}), sample('restic', 3, {wallSeconds: 10}),
		sample('lazarette', 4, {wallSeconds: 0.001}),
	], 'restic');
	t.is(comparison?.ratio.wallSeconds, 0.4);
	t.is(comparison?.own.wallSeconds, 6);
	t.is(comparison?.rounds, 3);
});

test('steps that one of the two does not have are left out', t => {
	t.deepEqual(summarize([sample('restic', 1, {step: 'prune'}), sample('lazarette', 1, {step: 'check'})], 'restic'), []);
});

test('a figure meets its target up to the decimals shown, and memory has to stay below both limits', t => {
	const judge = (own: Partial<Sample>, reference: Partial<Sample>) => verdicts(summarize([sample('lazarette', 1, own), sample('restic', 1, reference)], 'restic')[0]!);
	const met = (found: ReturnType<typeof judge>, figure: string) => found.find(verdict => verdict.figure === figure)?.met;

	t.true(met(judge({wallSeconds: 4.04}, {wallSeconds: 10}), 'wallSeconds'));
	t.false(met(judge({wallSeconds: 4.1}, {wallSeconds: 10}), 'wallSeconds'));
	t.true(met(judge({peakBytes: 120 * mebibyte}, {peakBytes: 125 * mebibyte}), 'peakBytes'));
	t.false(met(judge({peakBytes: 120 * mebibyte}, {peakBytes: 110 * mebibyte}), 'peakBytes'));
	t.false(met(judge({peakBytes: 140 * mebibyte}, {peakBytes: 500 * mebibyte}), 'peakBytes'));
	t.true(met(judge({step: 'check', peakBytes: 140 * mebibyte}, {step: 'check', peakBytes: 500 * mebibyte}), 'peakBytes'));
	t.false(met(judge({requests: 12}, {requests: 10}), 'requests'));
	t.is(met(judge({step: 'changed'}, {step: 'changed'}), 'wallSeconds'), undefined);
});

test('a table says of each figure whether it met its target', t => {
	const [costs = '', storage = ''] = comparisonTables(summarize([sample('lazarette', 1, {wallSeconds: 5, storedBytes: 900}), sample('restic', 1, {wallSeconds: 10})], 'restic'));
	t.regex(costs, /\| text +\| backup +\| +10\.0 → 5\.00 +\| 0\.50 \(≤ 0\.40\) \*\*missed\*\* +\|/);
	t.regex(storage, /0\.90 \(≤ 1\.04\) met/);
	t.notRegex(storage, /requests/);
});

test('new figures replace the old ones of the page, and nothing else', t => {
	const page = 'before\n<!-- figures: written by npm run bench -->\nold\n<!-- end of figures -->\nafter\n';
	const expected = 'before\n<!-- figures: written by npm run bench -->\nnew\n<!-- end of figures -->\nafter\n';
	t.is(replaceFigures(page, 'new', 'page.md'), expected);
	t.is(replaceFigures(expected, 'new', 'page.md'), expected);
	t.throws(() => replaceFigures('no markers', 'new', 'page.md'), {message: /page\.md has no lines/});
});

test('a rival that was measured here counts, and only one that was not by what is known of it', t => {
	const measured = rivalsTable(summarize([sample('lazarette', 1, {wallSeconds: 3}), sample('rustic', 1, {wallSeconds: 2.5}), sample('kopia', 1, {wallSeconds: 9}), sample('restic', 1, {wallSeconds: 10})], 'restic'));
	t.regex(measured, /\| text +\| backup +\| +rustic 0\.25 +\| +0\.30 \| +\*\*behind\*\* \|/);
	const known = rivalsTable(summarize([sample('lazarette', 1, {wallSeconds: 3}), sample('restic', 1, {wallSeconds: 10})], 'restic'));
	t.regex(known, /\| text +\| backup +\| +kopia 0\.73 +\| +0\.30 \| +ahead \|/);
	t.is(rivalsTable(summarize([sample('lazarette', 1, {step: 'prune'}), sample('restic', 1, {step: 'prune'})], 'restic')), '');
});

test('what a guest restored unlike its source is said with its first difference', t => {
	t.is(inexactRestores([sample('restic', 1, {}), sample('kopia', 1, {step: 'restore', inexact: {names: 3, first: 'a: mode is 1, was 2'}})]), '- kopia text: 3 differences after restore, the first: a: mode is 1, was 2');
});
