import test from 'ava';
import {group, labels} from '../../../../src/api/v1alpha1/group.ts';
import type {VolumeBackup} from '../../../../src/api/v1alpha1/volume-backup.ts';
import type {BackupRepository} from '../../../../src/api/v1alpha1/backup-repository.ts';
import {Store} from '../../../../src/kube/cache/store.ts';
import type {IndexFunction} from '../../../../src/kube/cache/index-by.ts';
import type {KubeObject} from '../../../../src/kube/object.ts';
import type {Job, Pod} from '../../../../src/kube/resources.ts';
import {byOwner, ownerUid} from '../../../../src/controllers/shared/indexes.ts';
import {createMoverLimits} from '../../../../src/controllers/shared/queue/mover-limits.ts';
import type {MoverLimitSettings} from '../../../../src/controllers/shared/queue/mover-limits.ts';
import {byLiveness, liveJobs, livePods} from '../../../../src/controllers/shared/queue/live-movers.ts';
import {createMoverQueue} from '../../../../src/controllers/shared/queue/queue.ts';
import {byQueued, queuedBackups, queuedRestores, ticketOf} from '../../../../src/controllers/shared/queue/tickets.ts';
import {createRepositoryNews} from '../../../../src/controllers/shared/repository-news.ts';
import type {ControllerCaches} from '../../../../src/controllers/shared/controller-caches.ts';
import {manualClock} from '../../../kube/_manual-clock.ts';
import {backup, repository} from '../../_objects.ts';

let version = 100;
const next = (): string => String(version++);

function cacheOf<T extends KubeObject>(indexes: Record<string, IndexFunction<T>> = {}) {
	const store = new Store<T>(indexes);
	return {store, synced: true, completeSinceMs: 0, resource: undefined as never, subscribe: (listener: Parameters<Store<T>['subscribe']>[0]) => store.subscribe(listener)};
}

/** The queue over caches that the test fills as watches would. */
function setUp(settings: MoverLimitSettings = {}) {
	const clock = manualClock();
	const news = createRepositoryNews();
	const caches = {
		jobs: cacheOf<Job>({[byLiveness]: liveJobs, [byOwner]: ownerUid}),
		pods: cacheOf<Pod>({[byLiveness]: livePods, [byOwner]: ownerUid}),
		backups: cacheOf<VolumeBackup>({[byQueued]: queuedBackups}),
		restores: cacheOf({[byQueued]: queuedRestores as never}),
		repositories: cacheOf<BackupRepository>(),
		nodes: cacheOf(),
		namespaces: cacheOf(),
	};
	const queue = createMoverQueue({caches: caches as unknown as ControllerCaches, limits: createMoverLimits({settings, caches, news}), clock});
	const woken: string[] = [];
	queue.subscribe((_kind, key) => woken.push(key));

	const run = (name: string, namespace = 'shop', status: Partial<VolumeBackup['status']> = {}): VolumeBackup => {
		const object = backup();
		return {...object, metadata: {...object.metadata, name, namespace, uid: `${namespace}-${name}`, resourceVersion: next()}, status: {observedGeneration: 1, ...status}};
	};

	return {
		clock,
		news,
		queue,
		caches,
		woken,
		run,
		offsite(spec: Partial<BackupRepository['spec']>, status: Partial<BackupRepository['status']> = {}) {
			const object = repository(spec);
			caches.repositories.store.put({...object, metadata: {...object.metadata, resourceVersion: next()}, status: {observedGeneration: 1, ...status}});
		},
		wait: (name: string, namespace?: string) => caches.backups.store.put(run(name, namespace, {volumes: [{claimName: 'data', queuedTime: clock.now().toISOString()}]})),
		leave: (name: string, namespace?: string) => caches.backups.store.put(run(name, namespace, {volumes: [{claimName: 'data'}]})),
		startJob(name: string, namespace = 'shop', ended = false) {
			caches.jobs.store.put({
				apiVersion: 'batch/v1',
				kind: 'Job',
				metadata: {name, namespace, uid: `job-${name}`, resourceVersion: next(), creationTimestamp: clock.now().toISOString(), labels: {[labels.ownerKind]: 'VolumeBackup', [labels.repository]: 'offsite', [`${group}/x`]: 'y'}},
				...(ended && {status: {conditions: [{type: 'Complete', status: 'True'}]}}),
			});
		},
	};
}

const ask = ({queue, run}: ReturnType<typeof setUp>, name: string, namespace?: string) => queue.take(ticketOf(run(name, namespace), 'data'));

test('a repository of one mover gives its one turn to one of five passes that ask at once', t => {
	const world = setUp();
	world.offsite({limits: {parallelMovers: 1}});
	const answers = ['a', 'b', 'c', 'd', 'e'].map(name => ask(world, name));
	t.deepEqual(answers.map(({kind}) => kind), ['turn', 'wait', 'wait', 'wait', 'wait']);
	const last = answers[1]!;
	t.true(last.kind === 'wait' && last.reason === 'Queued');
	t.regex(last.kind === 'wait' ? last.message : '', /^1st of 1; limit of repository offsite is 1 mover$/v);
});

test('a turn is taken until its Job exists, and the Job takes it until it has ended', async t => {
	const world = setUp();
	world.offsite({limits: {parallelMovers: 1}});
	const first = ask(world, 'a');
	if (first.kind !== 'turn') return t.fail();
	t.is(ask(world, 'b').kind, 'wait');
	world.startJob('job-a');
	first.done();
	world.wait('b');
	world.wait('c');
	await world.clock.advance(1000);
	t.deepEqual(world.woken, []);
	t.is(ask(world, 'b').kind, 'wait');

	world.startJob('job-a', 'shop', true);
	await world.clock.advance(1000);
	t.deepEqual(world.woken, ['shop/b']);
	t.is(ask(world, 'c').kind, 'wait', 'b is before it');
	t.is(ask(world, 'b').kind, 'turn');
});

test('a pass that takes a turn and then cannot start its mover gives it back to the next', async t => {
	const world = setUp({operator: 1});
	for (const name of ['a', 'b']) world.wait(name);
	const turn = ask(world, 'a');
	if (turn.kind !== 'turn') return t.fail();
	world.leave('a');
	turn.done();
	await world.clock.advance(1000);
	t.deepEqual([...new Set(world.woken)], ['shop/b']);
});

test('an operator that has just started gives turns in the order of those who waited before, whichever pass comes first', t => {
	const world = setUp({operator: 1});
	for (const name of ['a', 'b', 'c']) world.wait(name);
	t.deepEqual(['newcomer', 'c', 'b', 'a'].map(name => ask(world, name).kind), ['wait', 'wait', 'wait', 'turn']);
});

test('when one mover ends, one run is woken and not all that wait', async t => {
	const world = setUp({operator: 2});
	for (let number = 0; number < 1000; number++) world.wait(`run-${String(number).padStart(4, '0')}`, `namespace-${number % 50}`);
	for (const name of ['x', 'y']) world.startJob(name);
	await world.clock.advance(1000);
	t.deepEqual(world.woken, []);
	world.startJob('x', 'shop', true);
	await world.clock.advance(1000);
	t.is(world.woken.length, 1);
});

test('while a probe looks at a repository that a mover could not work with, nobody else tries', async t => {
	const world = setUp();
	world.offsite({}, {lastProbeTime: world.clock.now().toISOString()});
	await world.clock.advance(60_000);
	world.news.doubt('shop/offsite', world.clock.now());
	const held = ask(world, 'a');
	t.regex(held.kind === 'wait' ? held.message : '', /a mover could not work with repository offsite, and a probe looks at it first/v);
	world.wait('a');
	await world.clock.advance(5000);
	world.offsite({}, {lastProbeTime: world.clock.now().toISOString()});
	await world.clock.advance(1000);
	t.deepEqual(world.woken, ['shop/a']);
	t.is(ask(world, 'a').kind, 'turn');
});

test('a repository that has just come back lets in as many as its circuit says', t => {
	const world = setUp();
	world.offsite({limits: {parallelMovers: 8}}, {circuit: {state: 'HalfOpen', transitionTime: '2026-01-01T00:00:00Z', failures: 0, movers: 2}});
	const answers = ['a', 'b', 'c'].map(name => ask(world, name));
	t.deepEqual(answers.map(({kind}) => kind), ['turn', 'turn', 'wait']);
	t.regex(answers[2]!.kind === 'wait' ? answers[2]!.message : '', /takes up work step by step, for now 2 movers at once$/v);
});

test('the lengths of the queue are told for each namespace', t => {
	const world = setUp({operator: 1});
	world.wait('a');
	world.wait('b');
	world.wait('c', 'web');
	world.startJob('x', 'web');
	t.deepEqual([...world.queue.sizes().waiting], [['shop', 2], ['web', 1]]);
	t.deepEqual([...world.queue.sizes().moving], [['web', 1]]);
});
