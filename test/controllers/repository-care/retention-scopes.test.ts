import test from 'ava';
import type {RetentionStatus} from '../../../src/api/v1alpha1/maintenance-fields.ts';
import type {ForgetFacts} from '../../../src/api/v1alpha1/mover-contract.ts';
import {acceptPolicies, fingerprintOf, keepAccepted, nextAcceptance, noteRetention, retentionScopes} from '../../../src/controllers/repository-care/plan/retention-scopes.ts';
import {ago, now, repository} from '../_objects.ts';

const schedule = (name: string, retention?: object) => ({metadata: {name, namespace: 'shop'}, spec: {...(retention && {retention})}});
const found = (review: ForgetFacts['review'], change: Partial<ForgetFacts> = {}): ForgetFacts => ({removed: 0, kept: 9, lastGood: 0, removedExamples: [], review, reviewExamples: [{id: 'a'.repeat(64), time: ago(60), hostname: 'shop', path: '/orders'}], ...change});
const grace = {graceSeconds: 86_400, now};

test('a schedule\'s own policy goes before the repository\'s, and an empty one keeps everything of that schedule', t => {
	const scopes = retentionScopes(repository({retention: {daily: 7}}), [schedule('nightly', {last: 3}), schedule('hourly', {}), schedule('plain')]);
	t.deepEqual(scopes?.scopes.map(({tag, retention}) => [tag, retention]), [['schedule=shop/hourly', {}], ['schedule=shop/nightly', {last: 3}]]);
	t.deepEqual(scopes?.fallback?.retention, {daily: 7});
	t.is(retentionScopes(repository(), [schedule('plain')]), undefined);
});

test('the same rules have the same fingerprint, in whatever order they are written', t => {
	t.is(fingerprintOf({last: 3, keepTags: ['a', 'b']}), fingerprintOf({keepTags: ['b', 'a'], last: 3}));
	t.not(fingerprintOf({last: 3}), fingerprintOf({last: 2}));
});

test('a new policy shows what it would remove and comes in force when its grace is over', t => {
	const status: RetentionStatus = {};
	noteRetention(status, found([{policy: '@f1', remove: 4, keep: 5}, {policy: 'schedule=shop/nightly@f2', remove: 0, keep: 2}]), grace);
	t.deepEqual(status.accepted, ['schedule=shop/nightly@f2']);
	t.like(status.review?.[0], {policy: '@f1', remove: 4, keep: 5, sinceTime: now.toISOString(), effectiveTime: new Date(now.getTime() + 86_400_000).toISOString()});
	t.is(status.examples?.length, 1);
	t.false(acceptPolicies(status, undefined, new Date(now.getTime() + 86_399_000)));
	t.deepEqual(nextAcceptance(status), new Date(now.getTime() + 86_400_000));
	t.true(acceptPolicies(status, undefined, new Date(now.getTime() + 86_400_000)));
	t.deepEqual(status, {accepted: ['@f1', 'schedule=shop/nightly@f2']});
});

test('the time of grace runs from the first look, and a word of the user ends it for exactly what was shown', t => {
	const status: RetentionStatus = {};
	noteRetention(status, found([{policy: '@f1', remove: 4, keep: 5}]), grace);
	const shown = status.fingerprint;
	noteRetention(status, found([{policy: '@f1', remove: 5, keep: 5}]), {...grace, now: new Date(now.getTime() + 3_600_000)});
	t.like(status.review?.[0], {remove: 5, sinceTime: now.toISOString()});
	t.is(status.fingerprint, shown);
	noteRetention(status, found([{policy: '@f1', remove: 5, keep: 5}, {policy: '@other', remove: 1, keep: 5}]), grace);
	t.false(acceptPolicies(status, shown, now), 'what was not shown then is not accepted');
	t.true(acceptPolicies(status, status.fingerprint, now));
});

test('consent ends with the policy it was for', t => {
	const spec = repository({retention: {daily: 7}});
	const before = fingerprintOf({daily: 7});
	const status: RetentionStatus = {accepted: [`@${before}`, `schedule=shop/gone@${before}`, 'schedule=shop/nightly@old'], review: [{policy: '@older', remove: 1, keep: 1, sinceTime: ago(1), effectiveTime: ago(0)}], fingerprint: 'x'};
	t.deepEqual(keepAccepted(status, retentionScopes(spec, [schedule('nightly', {last: 1})])), [`@${before}`, `schedule=shop/gone@${before}`]);
	t.deepEqual([status.review, status.fingerprint], [undefined, undefined]);
	t.deepEqual(keepAccepted(status, undefined), []);
	t.deepEqual(status, {});
});
