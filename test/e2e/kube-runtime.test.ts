import test from 'ava';
import {systemClock} from '../../src/base/clock.ts';
import type {LazaretteError} from '../../src/base/errors.ts';
import {systemRandom} from '../../src/base/random.ts';
import {withOwnWrites} from '../../src/kube/cache/own-writes.ts';
import type {KubeClient} from '../../src/kube/client/kube-client.ts';
import {configMaps, events, leases} from '../../src/kube/resources.ts';
import type {ConfigMap, Event} from '../../src/kube/resources.ts';
import {createController} from '../../src/kube/runtime/controller.ts';
import {createEventRecorder} from '../../src/kube/runtime/event-recorder.ts';
import {createLeaderElector} from '../../src/kube/runtime/leader-elector.ts';
import {ownedBy} from '../../src/kube/runtime/source.ts';
import {benchFor, eventually} from './_kube-layer.ts';
import type {Bench} from './_kube-layer.ts';

// Long enough for a machine with much else to do.
const times = {leaseSeconds: 5, renewDeadlineMs: 4000, retryMs: 250};

/** Where it must not be the end of a lease that something waits for: nothing else takes a minute, however slow the machine. */
const patientTimes = {leaseSeconds: 90, renewDeadlineMs: 60_000, retryMs: 250};

const elector = ({kube, namespace, metrics, log}: Bench, identity: string, given = times) =>
	createLeaderElector({kube, lease: {namespace, name: 'lazarette'}, identity, times: given, log: log.log, metrics, clock: systemClock, random: systemRandom});

test.serial('one process leads, the next one leads soon after it lets go', async t => {
	const bench = await benchFor(t);
	const [first, second] = [elector(bench, 'first'), elector(bench, 'second')];
	const stop = new AbortController();
	await first.acquire(bench.signal);
	const holding = first.hold(stop.signal);
	let secondLeads = false;
	const waiting = second.acquire(bench.signal).then(() => (secondLeads = true));
	waiting.catch(() => undefined); // a failing test ends it
	await systemClock.sleep(times.leaseSeconds * 1000 + 2000);
	t.false(secondLeads, 'a lease that is renewed is not taken');
	stop.abort();
	await holding;
	await first.release(bench.signal);
	await waiting;
	const lease = await bench.kube.get(leases, {namespace: bench.namespace, name: 'lazarette'}, bench.signal);
	t.is(lease?.spec?.holderIdentity, 'second');
	t.is(lease?.spec?.leaseTransitions, 1);
});

test.serial('a lease that was released is not waited for', async t => {
	const bench = await benchFor(t);
	const [first, second] = [elector(bench, 'first', patientTimes), elector(bench, 'second', patientTimes)];
	await first.acquire(bench.signal);
	const waiting = second.acquire(bench.signal);
	waiting.catch(() => undefined); // a failing test ends it
	const releasedMs = performance.now();
	await first.release(bench.signal);
	await waiting;
	t.true(performance.now() - releasedMs < patientTimes.leaseSeconds * 1000);
});

test.serial('when the leader dies the next one leads, but not before the lease is over', async t => {
	const bench = await benchFor(t);
	const [first, second] = [elector(bench, 'first'), elector(bench, 'second')];
	await first.acquire(bench.signal);
	const diedMs = performance.now();
	await second.acquire(bench.signal);
	const tookMs = performance.now() - diedMs;
	t.true(tookMs >= times.leaseSeconds * 1000, `taken after ${tookMs} ms`);
	const error = (await t.throwsAsync(first.hold(bench.signal))) as LazaretteError;
	t.is(error.code, 'LockLost', 'the first one notices, however late it wakes up');
});

test.serial('ten processes that start at once have one leader', async t => {
	const bench = await benchFor(t);
	const stop = new AbortController();
	const leading: string[] = [];
	const running = Array.from({length: 10}, async (_, index) => {
		const candidate = elector(bench, `candidate-${index}`);
		await candidate.acquire(stop.signal);
		leading.push(`candidate-${index}`);
		await candidate.hold(stop.signal);
	});
	await systemClock.sleep(times.leaseSeconds * 1000 + 1000);
	t.is(leading.length, 1);
	stop.abort();
	await Promise.allSettled(running);
});

test.serial('a leader whose lease was given to another is told at its next renewal', async t => {
	const bench = await benchFor(t);
	const leader = elector(bench, 'leader', patientTimes);
	await leader.acquire(bench.signal);
	const holding = leader.hold(bench.signal);
	await bench.kube.mergePatch(leases, {namespace: bench.namespace, name: 'lazarette'}, {spec: {holderIdentity: 'usurper'}}, bench.signal);
	const startedMs = performance.now();
	const error = (await t.throwsAsync(holding)) as LazaretteError;
	t.is(error.code, 'LockLost');
	t.true(performance.now() - startedMs < patientTimes.renewDeadlineMs, 'not only when it has been unable to renew for too long');
	await leader.release(bench.signal);
	t.is((await bench.kube.get(leases, {namespace: bench.namespace, name: 'lazarette'}, bench.signal))?.spec?.holderIdentity, 'usurper', 'what is not ours is not released');
});

async function eventsIn({kube, namespace, signal}: Bench): Promise<Event[]> {
	const found: Event[] = [];
	for await (const page of kube.list(events, {namespace}, signal)) found.push(...page.items);
	return found;
}

const recorder = ({kube, metrics, log}: Bench) =>
	createEventRecorder<'CaptureFailed' | 'Succeeded', 'Capture' | 'Conclude'>({kube, controller: 'lazarette.dev/operator', instance: 'pod-1', log: log.log, metrics, clock: systemClock, random: systemRandom});

test('equal events become one with a series, others stay apart', async t => {
	const bench = await benchFor(t);
	const recording = recorder(bench);
	const about = await bench.kube.create(configMaps, bench.configMap('orders'), bench.signal);
	for (let count = 0; count < 7; count++) recording.record(about, {type: 'Warning', reason: 'CaptureFailed', action: 'Capture', note: 'no snapshot class'});
	recording.record(about, {type: 'Normal', reason: 'Succeeded', action: 'Conclude', note: 'x'.repeat(5000), related: await bench.kube.create(configMaps, bench.configMap('other'), bench.signal)});
	await recording.flush(bench.signal);
	const found = await eventsIn(bench);
	t.is(found.length, 2);
	const series = found.find(event => event.reason === 'CaptureFailed')!;
	t.is(series.series?.count, 7);
	t.is(series.regarding?.uid, about.metadata.uid);
	t.regex(series.eventTime ?? '', /\.\d{6}Z$/);
	const single = found.find(event => event.reason === 'Succeeded')!;
	t.is(single.series, undefined);
	t.is(single.related?.name, 'other');
	t.is(Buffer.byteLength(single.note!), 1024);
});

test('a series goes on in a new event when the API server has dropped the first', async t => {
	const bench = await benchFor(t);
	const recording = recorder(bench);
	const about = await bench.kube.create(configMaps, bench.configMap('orders'), bench.signal);
	const occurrence = {type: 'Warning', reason: 'CaptureFailed', action: 'Capture', note: 'no'} as const;
	recording.record(about, occurrence);
	await eventually('the first is written', async () => (await eventsIn(bench)).length === 1);
	const [first] = await eventsIn(bench);
	await bench.kube.remove(events, first!.metadata, {}, bench.signal);
	for (let count = 0; count < 4; count++) recording.record(about, occurrence);
	await recording.flush(bench.signal);
	const found = await eventsIn(bench);
	t.is(found.length, 1);
	t.not(found[0]!.metadata.name, first!.metadata.name);
	t.is(found[0]!.series?.count, 5);
});

test('an event that cannot be written harms nobody', async t => {
	const bench = await benchFor(t);
	const recording = recorder(bench);
	recording.record({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'x', namespace: 'no-such-namespace', uid: 'u'}}, {type: 'Normal', reason: 'Succeeded', action: 'Conclude', note: ''});
	await t.notThrowsAsync(recording.flush(bench.signal));
	t.true((await bench.metrics.eventsDropped.get()).values.some(({value}) => value === 1));
});

/** A controller that gives each parent one child of a random name: only the cache keeps it from making two. */
function familyController(bench: Bench, caches: Awaited<ReturnType<Bench['caches']>>, kube: KubeClient) {
	const parents = caches.of(configMaps);
	return createController<ConfigMap, {kube: KubeClient}>({
		name: 'family',
		root: parents,
		sources: [ownedBy(parents, configMaps)],
		services: {kube},
		concurrency: 4,
		...bench,
		log: bench.log.log,
		clock: systemClock,
		random: systemRandom,
		async reconcile(object, {kube, signal}) {
			if (object.metadata.labels?.['role'] !== 'parent') return {};
			if (parents.store.byIndex('owner', object.metadata.uid!).length > 0) return {};
			const child = {...bench.configMap(''), metadata: {generateName: 'child-', namespace: bench.namespace, ownerReferences: [{apiVersion: 'v1', kind: 'ConfigMap', name: object.metadata.name, uid: object.metadata.uid!, controller: true}]}};
			await kube.create(configMaps, child as unknown as ConfigMap, signal);
			// The next pass comes sooner than the watch event.
			return {requeueAfterMs: 0};
		},
	});
}

/** The same cluster, seen by the watch a little late, as on a busy day. */
const lagging = (kube: KubeClient): KubeClient => ({
	...kube,
	async *watch(resource, options, signal) {
		for await (const event of kube.watch(resource, options, signal)) {
			await systemClock.sleep(5, signal);
			yield event;
		}
	},
});

test('a controller makes one child for each of a hundred objects, never two, and again when one is deleted', async t => {
	const bench = await benchFor(t);
	const caches = await bench.caches(caches => caches.of(configMaps, {indexes: {owner: object => (object.metadata.ownerReferences ?? []).map(owner => owner.uid)}}), {kube: lagging(bench.kube)});
	const {store} = caches.of(configMaps);
	const stop = new AbortController();
	t.teardown(() => stop.abort());
	const running = familyController(bench, caches, withOwnWrites(bench.kube, caches)).run(stop.signal, bench.signal);
	const parents = await Promise.all(
		Array.from({length: 100}, async (_, index) => bench.kube.create(configMaps, bench.configMap(`parent-${index}`, {metadata: {...bench.configMap(`parent-${index}`).metadata, labels: {role: 'parent'}}}), bench.signal)),
	);
	const childrenOf = (parent: ConfigMap): readonly ConfigMap[] => store.byIndex('owner', parent.metadata.uid!);
	await eventually('every parent has a child', () => parents.every(parent => childrenOf(parent).length > 0));
	await systemClock.sleep(500);
	t.deepEqual(parents.map(parent => childrenOf(parent).length).filter(count => count !== 1), []);

	const [victim] = childrenOf(parents[0]!);
	await bench.kube.remove(configMaps, victim!.metadata, {}, bench.signal);
	await eventually('the deleted child has a successor', () => childrenOf(parents[0]!).some(child => child.metadata.uid !== victim!.metadata.uid));
	stop.abort();
	await running;
	t.deepEqual(bench.log.lines.filter(line => line['level'] === 'error'), []);
});
