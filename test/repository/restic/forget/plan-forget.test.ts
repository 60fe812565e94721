import test from 'ava';
import fc from 'fast-check';
import {isLazaretteError} from '../../../../src/base/errors.ts';
import {planForget} from '../../../../src/repository/restic/forget/plan-forget.ts';
import {parseRetentionPeriod} from '../../../../src/repository/restic/forget/retention-policy.ts';
import {pinnedTag} from '../../../../src/repository/restic/snapshots/pinned.ts';
import {archiveAt, histories, policies} from './_histories.ts';
import type {ExecutionContext} from 'ava';
import type {Archive} from '../../../../src/repository/archive.ts';
import type {RetentionPolicy} from '../../../../src/repository/restic/forget/retention-policy.ts';

const now = new Date('2026-11-22T12:00:00Z');

const timesOf = (archives: Archive[]): unknown[] => archives.map(({foreign}) => foreign?.time);

/** The times kept, newest first, with the names of the rules. */
const kept = (times: string[], policy: RetentionPolicy): string[] =>
	planForget(
		times.map(time => archiveAt(time)),
		policy,
		{now},
	).keep.map(({archive, reasons}) => `${String(archive.foreign?.time)} ${reasons.map(reason => ('oldest' in reason ? `oldest ${reason.rule}` : reason.rule)).join(' ')}`);

function refuses(t: ExecutionContext, policy: RetentionPolicy, words: RegExp, archives = [archiveAt('2026-11-01T00:00:00Z')]): void {
	const error = t.throws(() => planForget(archives, policy, {now}));
	t.true(isLazaretteError(error, 'BadRequest'), error?.stack);
	t.regex(error?.message ?? '', words);
}

test('a policy without a rule keeps everything', t => {
	t.deepEqual(kept(['2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z'], {daily: 0}), ['2026-11-02T00:00:00Z noPolicy', '2026-11-01T00:00:00Z noPolicy']);
});

test('of each day the newest archive stays, and the oldest of all while days are left', t => {
	const times = ['2026-11-20T01:00:00Z', '2026-11-20T02:00:00Z', '2026-11-21T01:00:00Z', '2026-11-21T02:00:00Z', '2026-11-22T01:00:00Z'];
	t.deepEqual(kept(times, {daily: 2}), ['2026-11-22T01:00:00Z daily', '2026-11-21T02:00:00Z daily']);
	t.deepEqual(kept(times, {daily: 7}), ['2026-11-22T01:00:00Z daily', '2026-11-21T02:00:00Z daily', '2026-11-20T02:00:00Z daily', '2026-11-20T01:00:00Z oldest daily']);
	t.is(kept(times, {last: -1}).length, times.length);
});

test('what a day is depends on the zone the archive was made in', t => {
	t.deepEqual(kept(['2026-11-21T23:30:00Z', '2026-11-22T00:30:00Z'], {daily: 2}).length, 2);
	t.deepEqual(kept(['2026-11-20T10:00:00+02:00', '2026-11-22T00:30:00+02:00', '2026-11-22T01:30:00+02:00'], {daily: 2}), ['2026-11-22T01:30:00+02:00 daily', '2026-11-20T10:00:00+02:00 daily']);
});

test('a week belongs to the year of its Thursday', t => {
	t.deepEqual(kept(['2020-12-27T12:00:00Z', '2020-12-28T12:00:00Z', '2021-01-03T12:00:00Z', '2021-01-04T12:00:00Z'], {weekly: 3}), [
		'2021-01-04T12:00:00Z weekly',
		'2021-01-03T12:00:00Z weekly',
		'2020-12-27T12:00:00Z weekly',
	]);
});

test('a time counts back from the newest archive that is not from the future', t => {
	const times = ['2031-01-01T00:00:00Z', '2026-03-31T12:00:00Z', '2026-03-03T12:00:00.000000001Z', '2026-03-03T12:00:00Z'];
	// One month before 31 March is 31 February, which is 3 March.
	t.deepEqual(kept(times, {within: {months: 1}}), ['2031-01-01T00:00:00Z within', '2026-03-31T12:00:00Z within', '2026-03-03T12:00:00.000000001Z within']);
	t.is(kept(times, {within: {years: 500_000}}).length, times.length);
});

test('archives with all tags of a list stay, and those without any when the list is of the empty text', t => {
	const archives = [archiveAt('2026-01-01T00:00:00Z', {tags: ['a']}), archiveAt('2026-01-02T00:00:00Z', {tags: ['a', 'b']}), archiveAt('2026-01-03T00:00:00Z')];
	t.deepEqual(timesOf(planForget(archives, {keepTags: [['a', 'b']]}, {now}).remove), ['2026-01-03T00:00:00Z', '2026-01-01T00:00:00Z']);
	t.deepEqual(timesOf(planForget(archives, {keepTags: [['']]}, {now}).remove), ['2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z']);
});

test('a pinned archive stays whatever the policy says, and takes nobody else’s place', t => {
	const archives = [archiveAt('2026-01-01T00:00:00Z', {tags: [pinnedTag]}), archiveAt('2026-01-02T00:00:00Z'), archiveAt('2026-01-03T00:00:00Z')];
	const {keep, remove} = planForget(archives, {last: 1}, {now});
	t.deepEqual(keep.map(({reasons}) => reasons), [[{rule: 'last'}], [{rule: 'pinned'}]]);
	t.deepEqual(timesOf(remove), ['2026-01-02T00:00:00Z']);
});

test('archives of other hosts and paths are histories of their own, whatever the order of the paths', t => {
	const archives = [
		archiveAt('2026-01-01T00:00:00Z', {paths: ['/a', '/b']}),
		archiveAt('2026-01-02T00:00:00Z', {paths: ['/b', '/a']}),
		archiveAt('2026-01-03T00:00:00Z', {hostname: 'other'}),
	];
	t.deepEqual(timesOf(planForget(archives, {last: 1}, {now}).remove), ['2026-01-01T00:00:00Z']);
	t.is(planForget(archives, {last: 1}, {now, groupBy: []}).remove.length, 2);
	t.is(planForget(archives, {last: 1}, {now, groupBy: ['host']}).groups.length, 2);
});

test('a policy that would leave a history without any archive is refused, and so is one that makes no sense', t => {
	refuses(t, {keepTags: [['no-such-tag']]}, /remove all 1 archives of host shop, paths \/data/);
	refuses(t, {daily: -2}, /daily -2/);
	refuses(t, {weekly: 1.5}, /weekly 1\.5/);
	refuses(t, {within: {days: -1}}, /within\.days -1/);
	t.throws(() => parseRetentionPeriod('7'), {message: /period "7"/});
	t.deepEqual(parseRetentionPeriod('1y5m7d2h'), {years: 1, months: 5, days: 7, hours: 2});
});

test('every archive is kept or removed, the newest always stays by any counted rule, and deciding again about what was kept keeps it', t => {
	fc.assert(
		fc.property(histories, policies({unlimited: true}), (history, policy) => {
			const archives = history.map(({time, tags}) => archiveAt(time, {tags}));
			const counted = {...policy, last: policy.last === 0 ? 1 : (policy.last ?? 1)};
			const plan = planForget(archives, counted, {now});
			t.deepEqual([...plan.keep.map(({archive}) => archive), ...plan.remove].map(({id}) => id).sort(), archives.map(({id}) => id).sort());
			t.is(plan.keep[0]?.archive, archives.reduce((a, b) => (a.time >= b.time ? a : b)));
			t.deepEqual(planForget(plan.keep.map(({archive}) => archive), counted, {now}).remove, []);
		}),
	);
});
