import test from 'ava';
import {Store} from '../../../src/kube/cache/store.ts';
import type {Cache} from '../../../src/kube/cache/cache.ts';
import type {KubeObject} from '../../../src/kube/object.ts';
import {configMaps, jobs} from '../../../src/kube/resources.ts';
import type {Job} from '../../../src/kube/resources.ts';
import {createController} from '../../../src/kube/runtime/controller.ts';
import type {ControllerOptions} from '../../../src/kube/runtime/controller.ts';
import type {Reconcile} from '../../../src/kube/runtime/reconcile.ts';
import {beyondStatus, ownedBy} from '../../../src/kube/runtime/source.ts';
import {TerminalError} from '../../../src/kube/runtime/terminal-error.ts';
import {manualClock} from '../_manual-clock.ts';
import {capturedLog, configMap, fixedRandom, metrics} from '../_tools.ts';

/** A cache that the test fills by hand. */
function cacheOf<T extends KubeObject>(resource: Cache<T>['resource']): Cache<T> & {store: Store<T>} {
	const store = new Store<T>();
	return {resource, store, synced: true, completeSinceMs: 0, subscribe: listener => store.subscribe(listener)};
}

function setUp(reconcile: Reconcile<KubeObject, {word: string}>, rest: Partial<ControllerOptions<KubeObject, {word: string}>> = {}) {
	const clock = manualClock();
	const root = cacheOf<KubeObject>(configMaps);
	const {log, lines} = capturedLog();
	const counted = metrics();
	const controller = createController({name: 'test', root, reconcile, services: {word: 'hello'}, log, metrics: counted, clock, random: fixedRandom(), ...rest});
	const stop = new AbortController();
	const grace = new AbortController();
	const running = controller.run(stop.signal, grace.signal);
	const end = async (): Promise<void> => {
		stop.abort();
		await running;
	};

	return {clock, root, lines, counted, controller, stop, grace, running, end};
}

test('what is cached already and what changes later leads to passes over the object as the cache has it', async t => {
	const seen: Array<[string, string]> = [];
	const {clock, root, end} = setUp(async (object, {key, word}) => void seen.push([key, `${object.metadata.resourceVersion} ${word}`]));
	root.store.put(configMap('a', {resourceVersion: '1'}));
	await clock.advance(0);
	root.store.put(configMap('a', {resourceVersion: '2'}));
	await clock.advance(0);
	t.deepEqual(seen, [['default/a', '1 hello'], ['default/a', '2 hello']]);
	await end();
	t.is(clock.sleepers, 0);
});

test('a pass that fails is repeated with growing pauses, knows how often it failed, and does not take the others down', async t => {
	const failures: number[] = [];
	const {clock, root, lines, end} = setUp(async (object, context) => {
		if (object.metadata.name === 'good') return;
		failures.push(context.failures);
		if (failures.length < 4) throw new Error('not yet');
	});
	root.store.put(configMap('bad', {resourceVersion: '1'}));
	root.store.put(configMap('good', {resourceVersion: '2'}));
	await clock.advance(1000);
	t.deepEqual(failures, [0, 1, 2, 3]);
	const errors = lines.filter(line => line['level'] === 'error');
	t.is(errors.length, 3);
	t.like(errors[0], {controller: 'test', namespace: 'default', name: 'bad'});
	t.truthy(errors[0]!['reconcileID']);
	await end();
});

test('a pass that throws synchronously or throws no error at all is a failed pass and nothing worse', async t => {
	let passes = 0;
	const {clock, root, end} = setUp(() => {
		passes++;
		// eslint-disable-next-line typescript/only-throw-error
		throw 'words';
	});
	root.store.put(configMap('a', {resourceVersion: '1'}));
	await clock.advance(6);
	t.is(passes, 2);
	await end();
});

test('a terminal error is not repeated until the object changes', async t => {
	let passes = 0;
	const {clock, root, counted, end} = setUp(async () => {
		passes++;
		throw new TerminalError('spec is wrong');
	});
	root.store.put(configMap('a', {resourceVersion: '1'}));
	await clock.advance(3_600_000);
	t.is(passes, 1);
	root.store.put(configMap('a', {resourceVersion: '2'}));
	await clock.advance(1);
	t.is(passes, 2);
	t.is((await counted.terminalErrors.get()).values[0]?.value, 2);
	await end();
});

test('a pass that asks for it is repeated after that time', async t => {
	const at: number[] = [];
	const {clock, root, end} = setUp(async () => {
		at.push(clock.monotonicMs());
		return {requeueAfterMs: 30_000};
	});
	root.store.put(configMap('a', {resourceVersion: '1'}));
	await clock.advance(70_000);
	t.deepEqual(at, [0, 30_000, 60_000]);
	await end();
});

test('a change of an owned object leads to a pass over its owner, of another controller\'s object to none', async t => {
	const seen: string[] = [];
	const owned = cacheOf<Job>(jobs);
	const {clock, end, root} = setUp(async (_object, {key}) => void seen.push(key), {sources: [ownedBy(owned, configMaps)]});
	root.store.put(configMap('a', {resourceVersion: '1'}));
	await clock.advance(0);
	seen.length = 0;
	const job = (name: string, kind: string): Job => ({
		apiVersion: 'batch/v1',
		kind: 'Job',
		metadata: {name, namespace: 'default', resourceVersion: '5', ownerReferences: [{apiVersion: 'v1', kind, name: 'a', uid: 'u', controller: true}]},
	});
	owned.store.put(job('ours', 'ConfigMap'));
	owned.store.put(job('theirs', 'Secret'));
	await clock.advance(0);
	t.deepEqual(seen, ['default/a']);
	await end();
});

test('changes of status alone can be left out', async t => {
	let passes = 0;
	const {clock, root, end} = setUp(async () => void passes++, {relevant: beyondStatus});
	root.store.put(configMap('a', {resourceVersion: '1', generation: 1}));
	await clock.advance(0);
	root.store.put(configMap('a', {resourceVersion: '2', generation: 1}));
	await clock.advance(0);
	t.is(passes, 1);
	root.store.put(configMap('a', {resourceVersion: '3', generation: 2}));
	await clock.advance(0);
	root.store.put(configMap('a', {resourceVersion: '4', generation: 2, labels: {x: 'y'}}));
	await clock.advance(0);
	t.is(passes, 3);
	await end();
});

test('a mapping that throws is reported and breaks neither the cache nor the controller', async t => {
	const owned = cacheOf<Job>(jobs);
	const {clock, end, root, lines} = setUp(async () => undefined, {
		sources: [
			{
				cache: owned,
				keys() {
					throw new Error('mistake');
				},
			},
		],
	});
	t.notThrows(() => owned.store.put({apiVersion: 'batch/v1', kind: 'Job', metadata: {name: 'x', namespace: 'default', resourceVersion: '1'}}));
	root.store.put(configMap('a', {resourceVersion: '1'}));
	await clock.advance(0);
	t.true(lines.some(line => String(line['msg']).includes('mapping')));
	await end();
});

test('what was kept for an object is forgotten when it is gone', async t => {
	const gone: string[] = [];
	const {clock, root, end} = setUp(async () => undefined, {gone: key => void gone.push(key)});
	root.store.put(configMap('a', {resourceVersion: '1'}));
	await clock.advance(0);
	root.store.remove('default/a', '2');
	await clock.advance(0);
	t.deepEqual(gone, ['default/a']);
	await end();
});

test('a pass is told when its time is over, and one that does not listen is reported as stuck but never doubled', async t => {
	let passes = 0;
	let told = false;
	let finish = (): void => undefined;
	const {clock, root, controller, counted, end} = setUp(
		async (_object, {signal}) => {
			passes++;
			signal.addEventListener('abort', () => void (told = true));
			await new Promise<void>(resolve => {
				finish = resolve;
			});
		},
		{passTimeoutMs: 10_000},
	);
	root.store.put(configMap('a', {resourceVersion: '1'}));
	await clock.advance(10_000);
	t.true(told);
	root.store.put(configMap('a', {resourceVersion: '2'}));
	await clock.advance(50_000);
	t.is(controller.stuck(), undefined);
	await clock.advance(10_001);
	t.deepEqual(controller.stuck(), {key: 'default/a', ms: 70_001});
	t.is(passes, 1);
	finish();
	await clock.advance(0);
	t.is(passes, 2, 'the change that came meanwhile is looked at now');
	t.is((await counted.reconcileTimeouts.get()).values[0]?.value, 1);
	finish();
	await end();
});

test('stopping lets running passes end, takes nothing new, and aborts them only when grace is over', async t => {
	const events: string[] = [];
	const {clock, root, stop, grace, running} = setUp(
		async (object, {signal}) => {
			events.push(`start ${object.metadata.name}`);
			await clock.sleep(60_000, signal).catch(() => events.push('aborted'));
		},
		{concurrency: 1},
	);
	root.store.put(configMap('a', {resourceVersion: '1'}));
	root.store.put(configMap('b', {resourceVersion: '2'}));
	await clock.advance(1000);
	let stopped = false;
	void running.then(() => (stopped = true));
	stop.abort();
	await clock.advance(5000);
	t.false(stopped);
	grace.abort();
	await clock.advance(0);
	t.true(stopped);
	t.deepEqual(events, ['start a', 'aborted']);
});
