import test from 'ava';
import {createClaimWriters} from '../../../src/controllers/shared/claim-writers.ts';
import {byClaim, mountedClaims} from '../../../src/controllers/shared/indexes.ts';
import {createRunMarks} from '../../../src/controllers/shared/run-marks.ts';
import {trimPod} from '../../../src/controllers/shared/trims.ts';
import {Store} from '../../../src/kube/cache/store.ts';
import type {KubeObject} from '../../../src/kube/object.ts';
import type {PersistentVolumeClaim, Pod} from '../../../src/kube/resources.ts';
import {manualClock} from '../../kube/_manual-clock.ts';
import {claim, pod} from '../_objects.ts';

const minute = 60_000;
const orders = 'shop/orders-db';

function cacheOf<T extends KubeObject>(store: Store<T>) {
	const cache = {store, synced: true, completeSinceMs: -60 * minute as number | undefined, resource: undefined as never, subscribe: (listener: Parameters<Store<T>['subscribe']>[0]) => store.subscribe(listener)};
	return cache;
}

/** Pods and claims as watches bring them, and a clock that stands still. */
function setUp() {
	const clock = manualClock();
	const pods = cacheOf(new Store<Pod>({[byClaim]: mountedClaims}));
	const claims = cacheOf(new Store<PersistentVolumeClaim>());
	const writers = createClaimWriters({pods, claims, clock, followedMs: 10 * minute});
	let version = 10;
	const comes = (phase: string, change: {readOnly?: boolean; name?: string} = {}): void => {
		const {readOnly, name = 'shop-0'} = change;
		const object = pod({phase}, {name, uid: name, resourceVersion: String(version++)});
		pods.store.put(trimPod({...object, spec: {nodeName: 'node-1', containers: [], volumes: [{name: 'data', persistentVolumeClaim: {claimName: 'orders-db', ...(readOnly && {readOnly})}}]}}));
	};
	return {clock, pods, claims, writers, comes, goes: (name = 'shop-0') => pods.store.remove(`shop/${name}`, String(version++)), marks: createRunMarks({writers, clock})};
}

test('a claim that no pod mounts has no writer, and one that a pod mounts has one until the pod has ended', async t => {
	const {clock, writers, comes} = setUp();
	await clock.advance(10 * minute);
	t.is(writers.since([orders], 5 * minute), 'none');
	for (const phase of ['Pending', 'Running', 'Unknown']) {
		comes(phase);
		t.is(writers.since([orders], clock.monotonicMs()), 'some', phase);
	}

	await clock.advance(10 * minute);
	t.is(writers.since([orders], clock.monotonicMs()), 'some', 'it goes on');
	comes('Succeeded');
	t.is(writers.since([orders], clock.monotonicMs()), 'some', 'what it wrote last may not be on the volume yet');
	await clock.advance(2 * minute);
	t.is(writers.since([orders], clock.monotonicMs()), 'none');
	t.is(writers.since([orders], clock.monotonicMs() - 5 * minute), 'some', 'it lived then');
	t.is(writers.since(['shop/photos'], 5 * minute), 'none', 'another claim');
});

test('a pod that came and went between two looks counts, and one that only reads does not', async t => {
	const {clock, writers, comes, goes} = setUp();
	await clock.advance(10 * minute);
	comes('Running', {readOnly: true});
	t.is(writers.since([orders], 5 * minute), 'none');
	comes('Running', {name: 'job-1'});
	comes('Succeeded', {name: 'job-1'});
	goes('job-1');
	await clock.advance(10 * minute);
	t.is(writers.since([orders], 5 * minute), 'some');
	t.is(writers.since([orders], 19 * minute), 'none');
});

test('a pod that is removed before anybody has seen it end may go on for a while', async t => {
	const {clock, writers, comes, goes} = setUp();
	await clock.advance(10 * minute);
	comes('Running');
	goes();
	await clock.advance(23 * 60 * minute);
	t.is(writers.since([orders], clock.monotonicMs()), 'some', 'its node may not answer');
	await clock.advance(2 * 60 * minute);
	t.is(writers.since([orders], clock.monotonicMs()), 'none');
});

test('a pod that another of its name took the place of may go on, and so may one that is called failed', async t => {
	const {clock, pods, writers, comes, goes} = setUp();
	await clock.advance(10 * minute);
	comes('Running');
	comes('Failed');
	goes();
	await clock.advance(9 * minute);
	t.is(writers.since([orders], clock.monotonicMs()), 'some', 'by the control plane, for all we know');
	await clock.advance(5 * minute);
	t.is(writers.since([orders], clock.monotonicMs()), 'none');
	comes('Running');
	const other = pods.store.get('shop/shop-0')!;
	pods.store.put({...other, metadata: {...other.metadata, uid: 'another', resourceVersion: '999'}, status: {phase: 'Succeeded'}});
	await clock.advance(60 * minute);
	t.is(writers.since([orders], clock.monotonicMs()), 'some');
});

test('a claim that comes, or comes back, counts as written at that time', async t => {
	const {clock, claims, writers} = setUp();
	await clock.advance(20 * minute);
	claims.store.put(claim());
	t.is(writers.since([orders], 19 * minute), 'some');
	await clock.advance(5 * minute);
	claims.store.put({...claim(), metadata: {...claim().metadata, resourceVersion: '99'}});
	t.is(writers.since([orders], 24 * minute), 'none', 'a change of the object is none of the volume');
});

test('where changes may have been missed nothing is known, whoever is seen', async t => {
	const {clock, pods, writers, comes} = setUp();
	await clock.advance(30 * minute);
	pods.completeSinceMs = 18 * minute;
	t.is(writers.since([orders], 15 * minute), 'unknown', 'the cache was filled anew since');
	t.is(writers.since([orders], 27 * minute), 'unknown', 'who was removed in the gap may go on');
	t.is(writers.since([orders], 28 * minute), 'none');
	pods.completeSinceMs = undefined;
	t.is(writers.since([orders], 29 * minute), 'unknown', 'its watch is broken');
	comes('Running');
	t.is(writers.since([orders], 29 * minute), 'unknown', 'nobody knows since when it is there');
	pods.completeSinceMs = 18 * minute;
	t.is(writers.since([orders], 29 * minute), 'some');
});

test('what was in doubt once stays so until the next run', async t => {
	const {clock, pods, marks} = setUp();
	await clock.advance(30 * minute);
	const matter = {claims: [orders], fingerprint: 'a'};
	marks.note('shop/nightly', 'nightly-1', matter, marks.now());
	t.is(marks.judge('shop/nightly', 'nightly-1', matter), 'unchanged');
	pods.completeSinceMs = undefined;
	t.is(marks.judge('shop/nightly', 'nightly-1', matter), 'unknown');
	pods.completeSinceMs = 0;
	t.is(marks.judge('shop/nightly', 'nightly-1', matter), 'unknown');
	marks.note('shop/nightly', 'nightly-2', matter, marks.now());
	t.is(marks.judge('shop/nightly', 'nightly-2', matter), 'unchanged');
});

test('of a claim that is gone nothing is kept', async t => {
	const {clock, claims, writers, comes} = setUp();
	claims.store.put(claim());
	await clock.advance(10 * minute);
	comes('Running');
	comes('Succeeded');
	claims.store.remove(orders, '99');
	t.is(writers.since([orders], 5 * minute), 'none');
});

test('a run is up to date only if this process made it, of the same claims, and nobody wrote since', async t => {
	const {clock, marks, comes} = setUp();
	await clock.advance(10 * minute);
	const matter = {claims: [orders], fingerprint: 'a'};
	t.is(marks.judge('shop/nightly', 'nightly-1', matter), 'unknown', 'made by another, or before a restart');
	marks.note('shop/nightly', 'nightly-1', matter, marks.now());
	t.is(marks.judge('shop/nightly', 'nightly-1', matter), 'unchanged');
	t.is(marks.judge('shop/nightly', 'nightly-0', matter), 'unknown', 'another run');
	t.is(marks.judge('shop/hourly', 'nightly-1', matter), 'unknown', 'another schedule');
	t.is(marks.judge('shop/nightly', 'nightly-1', undefined), 'unknown', 'a claim that anybody may write to');
	t.is(marks.judge('shop/nightly', 'nightly-1', {...matter, fingerprint: 'b'}), 'changed', 'a new claim, or another spec');
	comes('Pending');
	t.is(marks.judge('shop/nightly', 'nightly-1', matter), 'changed');
	marks.note('shop/nightly', 'nightly-2', matter, marks.now());
	marks.forget('shop/nightly');
	t.is(marks.judge('shop/nightly', 'nightly-2', matter), 'unknown');
});
