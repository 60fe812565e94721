import test from 'ava';
import fc from 'fast-check';
import {cases} from '../../_cases.ts';
import type {ForgetWork} from '../../../src/api/v1alpha1/mover-contract.ts';
import type {Retention} from '../../../src/api/v1alpha1/retention-fields.ts';
import {planDeletion} from '../../../src/mover/tasks/maintain/delete-work.ts';
import {lastGoodArchives} from '../../../src/mover/tasks/maintain/last-good.ts';
import {planRetention} from '../../../src/mover/tasks/maintain/plan-retention.ts';
import {retentionPolicy} from '../../../src/mover/tasks/maintain/retention-policy.ts';
import type {Archive} from '../../../src/repository/archive.ts';
import {applyPolicy} from '../../../src/repository/restic/forget/apply-policy.ts';
import {pinnedTag} from '../../../src/repository/restic/snapshots/pinned.ts';

const now = new Date('2026-11-22T12:00:00Z');
const nightly = 'schedule=shop/nightly';

let count = 0;
const archive = (time: string, {path = '/orders', tags = [], files}: {path?: string; tags?: string[]; files?: number} = {}): Archive => ({
	id: (++count).toString(16).padStart(64, '0'),
	time: new Date(time),
	tree: '',
	paths: [path],
	hostname: 'shop',
	username: 'lazarette',
	excludes: [],
	tags,
	...(files !== undefined && {summary: {totalFilesProcessed: files} as NonNullable<Archive['summary']>}),
});

const days = (number: number, options?: Parameters<typeof archive>[1]): Archive[] => Array.from({length: number}, (_, day) => archive(`2026-11-${String(day + 1).padStart(2, '0')}T02:00:00Z`, options));
const idsOf = (archives: readonly Archive[]): string[] => archives.map(({id}) => id).toSorted();

/** All policies in force. */
function inForce(work: Omit<ForgetWork, 'accepted'>, archives: readonly Archive[]): ForgetWork {
	return {...work, accepted: planRetention(archives, {...work, accepted: []}, now).review.map(({policy}) => policy)};
}

const fallback = {retention: {last: 2}, fingerprint: 'f0'};

test('each schedule has its own policy, and one that is gone goes by the repository\'s', t => {
	const [ours, theirs, bare] = [days(5, {tags: [nightly]}), days(5, {tags: ['schedule=shop/gone']}), days(5)];
	const archives = [...ours, ...theirs, ...bare];
	const plan = planRetention(archives, inForce({scopes: [{tag: nightly, retention: {last: 3}, fingerprint: 'f1'}], fallback}, archives), now);
	t.deepEqual(idsOf(plan.remove), idsOf([...ours.slice(0, 2), ...theirs.slice(0, 3), ...bare.slice(0, 3)]));
	t.is(plan.kept, 7);
});

test('a policy that is new or has changed removes nothing, and says what it would remove', t => {
	const archives = [...days(5, {tags: [nightly]}), ...days(3)];
	const plan = planRetention(archives, {scopes: [{tag: nightly, retention: {last: 1}, fingerprint: 'f2'}], fallback, accepted: [`${nightly}@f1`, '@f0']}, now);
	t.deepEqual(plan.review, [{policy: `${nightly}@f2`, remove: 4, keep: 1}]);
	t.deepEqual(idsOf(plan.wouldRemove), idsOf(archives.slice(0, 4)));
	t.deepEqual(idsOf(plan.remove), idsOf(archives.slice(5, 6)));
});

test('archives of a schedule that was deleted are not thinned out by a policy that was accepted for others', t => {
	const archives = days(5, {tags: [nightly]});
	const plan = planRetention(archives, {scopes: [], fallback, accepted: ['@f0', `${nightly}@f1`]}, now);
	t.deepEqual([plan.remove, plan.review], [[], [{policy: `${nightly}@f0`, remove: 3, keep: 2}]]);
});

test('without a policy, or with an empty one, everything stays', t => {
	const archives = days(9, {tags: [nightly]});
	t.deepEqual(planRetention(archives, {scopes: [], accepted: []}, now).remove, []);
	t.deepEqual(planRetention(archives, inForce({scopes: [{tag: nightly, retention: {}, fingerprint: 'f1'}], fallback}, archives), now).remove, []);
});

test('the newest archive that holds a file stays beside newer empty ones', t => {
	const [full, empty] = [archive('2026-11-01T00:00:00Z', {files: 8}), days(4, {files: 0})];
	const archives = [full, ...empty];
	t.deepEqual([...lastGoodArchives(archives)].toSorted(), idsOf([full, empty[3]!]));
	const plan = planRetention(archives, inForce({scopes: [], fallback: {retention: {last: 1}, fingerprint: 'f'}}, archives), now);
	t.deepEqual(idsOf(plan.remove), idsOf(empty.slice(0, 3)));
	t.deepEqual(plan.lastGood, [full]);
});

const retentions: fc.Arbitrary<Retention> = fc.record({
	last: fc.nat({max: 4}),
	hourly: fc.nat({max: 4}),
	daily: fc.nat({max: 4}),
	weekly: fc.nat({max: 4}),
	monthly: fc.nat({max: 4}),
	within: fc.constantFrom('1d', '3d12h', '1m'),
	withinWeekly: fc.constantFrom('14d', '1m'),
	keepTags: fc.constantFrom(['keep'], ['a,b'], ['never']),
}, {requiredKeys: []});
const instants = fc.date({min: new Date('2026-09-01'), max: now, noInvalidDate: true});
const tags = fc.subarray(['keep', 'a', 'b', pinnedTag]);
const histories = fc.array(fc.tuple(instants, fc.constantFrom('/orders', '/photos'), fc.constantFrom([], [nightly], ['schedule=shop/weekly']), tags, fc.constantFrom(undefined, 0, 3)), {maxLength: 60})
	.map(moments => moments.map(([time, path, schedule, more, files]) => archive(time.toISOString(), {path, tags: [...schedule, ...more], ...(files !== undefined && {files})})));

test('whatever the policies, each claim keeps its last good archive and what is pinned; all else is decided as restic decides each schedule\'s history', t => {
	fc.assert(fc.property(histories, retentions, retentions, (archives, own, common) => {
		const work = inForce({scopes: [{tag: nightly, retention: own, fingerprint: 'f1'}], fallback: {retention: common, fingerprint: 'f2'}}, archives);
		const plan = planRetention(archives, work, now);
		const removed = new Set(plan.remove.map(({id}) => id));
		const good = lastGoodArchives(archives);
		if ([...good].some(id => removed.has(id)) || plan.remove.some(each => each.tags.includes(pinnedTag))) return false;
		for (const path of new Set(archives.map(({paths}) => paths[0]!))) {
			if (!archives.some(({id, paths}) => paths[0] === path && !removed.has(id))) return false;
		}

		const expected = new Set<string>();
		for (const scope of ['', nightly, 'schedule=shop/weekly']) {
			for (const path of ['/orders', '/photos']) {
				const history = archives.filter(each => each.paths[0] === path && (each.tags.find(tag => tag.startsWith('schedule=')) ?? '') === scope);
				for (const {id} of applyPolicy(history, retentionPolicy(scope === nightly ? own : common), now).remove) if (!good.has(id)) expected.add(id);
			}
		}

		return expected.size === removed.size && [...expected].every(id => removed.has(id)) && plan.kept + removed.size === archives.length;
	}), {numRuns: cases(200)});
	t.pass();
});

test('while the same policies are in force, nothing goes but what they named before and what has aged since', t => {
	fc.assert(fc.property(histories, retentions, (archives, retention) => {
		const work = inForce({scopes: [], fallback: {retention, fingerprint: 'f'}}, archives);
		const shown = new Set(planRetention(archives, {...work, accepted: []}, now).wouldRemove.map(({id}) => id));
		const removed = planRetention(archives, work, now).remove;
		return removed.length === shown.size && removed.every(({id}) => shown.has(id));
	}));
	t.pass();
});

test('a deletion names archives, also by the ID from before their tags changed, and leaves what is pinned or the last good one', t => {
	const [first, second, pinned, last] = [...days(2), archive('2026-11-05T00:00:00Z', {tags: [pinnedTag]}), archive('2026-11-06T00:00:00Z')] as [Archive, Archive, Archive, Archive];
	const retagged = {...second, id: 'f'.repeat(64), original: second.id};
	const archives = [first, retagged, pinned, last];
	const asked = [first, second, pinned, last].map(({id}) => id);
	const deletion = planDeletion(archives, {archives: [...asked, 'e'.repeat(64)], evenLast: []});
	t.deepEqual(deletion.remove, [first, retagged]);
	t.deepEqual(deletion.retained, [{id: pinned.id.slice(0, 16), reason: 'Pinned'}, {id: last.id.slice(0, 16), reason: 'LastGood'}]);
	t.deepEqual(planDeletion(archives, {archives: asked, evenLast: [last.id]}).remove, [first, retagged, last]);
});
