import test from 'ava';
import {systemClock} from '../../src/base/clock.ts';
import type {LazaretteError} from '../../src/base/errors.ts';
import {withOwnWrites} from '../../src/kube/cache/own-writes.ts';
import type {KubeError} from '../../src/kube/kube-error.ts';
import type {KubeObject} from '../../src/kube/object.ts';
import {defineResource} from '../../src/kube/resource.ts';
import {configMaps, customResourceDefinitions} from '../../src/kube/resources.ts';
import type {ConfigMap} from '../../src/kube/resources.ts';
import {benchFor, counted, eventually, openSockets} from './_kube-layer.ts';
import type {Bench} from './_kube-layer.ts';

const byColour = {colour: (object: KubeObject) => Object.values(object.metadata.labels ?? {})};

async function listed({kube, namespace, signal}: Bench): Promise<Record<string, string>> {
	const versions: Record<string, string> = {};
	for await (const page of kube.list(configMaps, {namespace}, signal)) {
		for (const {metadata} of page.items) versions[metadata.name] = metadata.resourceVersion!;
	}

	return versions;
}

const cached = (objects: Iterable<KubeObject>): Record<string, string> => Object.fromEntries([...objects].map(({metadata}) => [metadata.name, metadata.resourceVersion!]));

const sorted = (versions: Record<string, string>) => Object.entries(versions).toSorted(([left], [right]) => (left < right ? -1 : 1));

test('a cache holds what is there and follows every change', async t => {
	const bench = await benchFor(t);
	const {kube, configMap, namespace, signal} = bench;
	await kube.create(configMaps, configMap('before', {metadata: {...configMap('before').metadata, labels: {colour: 'red'}}}), signal);
	const cache = (await bench.caches(caches => caches.of(configMaps, {indexes: byColour}))).of(configMaps);
	t.deepEqual(cache.store.byIndex('colour', 'red').map(object => object.metadata.name), ['before']);

	await kube.create(configMaps, configMap('after'), signal);
	await eventually('the new object is cached', () => cache.store.get(`${namespace}/after`) !== undefined);
	await kube.mergePatch(configMaps, {namespace, name: 'before'}, {metadata: {labels: {colour: 'blue'}}}, signal);
	await eventually('the index follows', () => cache.store.byIndex('colour', 'blue').length === 1);
	t.is(cache.store.byIndex('colour', 'red').length, 0);
	await kube.remove(configMaps, {namespace, name: 'before'}, {}, signal);
	await eventually('the deleted object is gone', () => cache.store.get(`${namespace}/before`) === undefined);
	t.is(await counted(bench.metrics.relists), 0);
});

test('cached objects hold no managed fields and cannot be changed', async t => {
	const bench = await benchFor(t);
	await bench.kube.apply(configMaps, bench.configMap('x', {data: {a: '1'}}), {manager: 'lazarette-test'}, bench.signal);
	const cache = (await bench.caches(caches => caches.of(configMaps))).of(configMaps);
	const object = cache.store.get(`${bench.namespace}/x`)!;
	t.false('managedFields' in object.metadata);
	t.throws(() => {
		object.data!['a'] = '2';
	}, {instanceOf: TypeError});
});

test('an object that loses the label a cache asks for leaves it', async t => {
	const bench = await benchFor(t);
	const {kube, configMap, namespace, signal} = bench;
	const ours = (name: string): ConfigMap => configMap(name, {metadata: {...configMap(name).metadata, labels: {part: 'ours'}}});
	const caches = await bench.caches(caches => caches.of(configMaps, {labels: {part: 'ours'}}));
	const {store} = caches.of(configMaps);
	const writer = withOwnWrites(kube, caches);
	await writer.create(configMaps, ours('x'), signal);
	await writer.create(configMaps, configMap('foreign'), signal);
	t.truthy(store.get(`${namespace}/x`));
	t.is(store.get(`${namespace}/foreign`), undefined);
	await kube.mergePatch(configMaps, {namespace, name: 'x'}, {metadata: {labels: {part: null}}}, signal);
	await eventually('it has left the cache', () => store.size === 0);
});

test('our own writes show in the cache at once, and each version is announced once', async t => {
	const bench = await benchFor(t);
	const {configMap, namespace, signal} = bench;
	const caches = await bench.caches(caches => caches.of(configMaps));
	const {store, subscribe} = caches.of(configMaps);
	const announced: string[] = [];
	subscribe(({object}) => void (object && announced.push(object.metadata.resourceVersion!)));
	const kube = withOwnWrites(bench.kube, caches);
	for (let count = 0; count < 100; count++) {
		const made = await kube.create(configMaps, configMap(`x${count}`), signal);
		t.is(store.get(`${namespace}/x${count}`)?.metadata.resourceVersion, made.metadata.resourceVersion);
		const changed = await kube.apply(configMaps, configMap(`x${count}`, {data: {n: String(count)}}), {manager: 'lazarette-test'}, signal);
		t.is(store.get(`${namespace}/x${count}`)?.metadata.resourceVersion, changed.metadata.resourceVersion);
	}

	await bench.kube.create(configMaps, configMap('last'), signal);
	await eventually('the watch has come through', () => store.get(`${namespace}/last`) !== undefined);
	t.is(new Set(announced).size, announced.length);
});

test('an answer to our write that comes after the object is gone again brings no ghost into the cache', async t => {
	const bench = await benchFor(t);
	const {kube, configMap, namespace, signal} = bench;
	const caches = await bench.caches(caches => caches.of(configMaps));
	const {store} = caches.of(configMaps);
	const made = await kube.create(configMaps, configMap('x'), signal);
	await eventually('the object is cached', () => store.get(`${namespace}/x`) !== undefined);
	await kube.remove(configMaps, {namespace, name: 'x'}, {}, signal);
	await eventually('it is gone', () => store.get(`${namespace}/x`) === undefined);
	caches.noteWrite(configMaps, made);
	t.is(store.get(`${namespace}/x`), undefined);
});

test('a storm of writes and deletions by us and by others leaves the cache exactly as the cluster', async t => {
	const bench = await benchFor(t);
	const {configMap, namespace, signal} = bench;
	const caches = await bench.caches(caches => caches.of(configMaps));
	const {store} = caches.of(configMaps);
	const ours = withOwnWrites(bench.kube, caches);
	await Promise.all(
		Array.from({length: 12}, async (_, worker) => {
			for (let round = 0; round < 25; round++) {
				const name = `x${(worker + round) % 8}`;
				const kube = worker % 2 === 0 ? ours : bench.kube;
				if ((worker + round) % 3 === 0) await kube.remove(configMaps, {namespace, name}, {}, signal);
				else await kube.apply(configMaps, configMap(name, {data: {by: `${worker}-${round}`}}), {manager: 'lazarette-test', force: true}, signal).catch((error: KubeError) => void (error.conflict || t.fail(error.message)));
			}
		}),
	);
	const expected = sorted(await listed(bench));
	await eventually('the cache is as the cluster', () => JSON.stringify(sorted(cached(store.list()))) === JSON.stringify(expected));
	await systemClock.sleep(300);
	t.deepEqual(sorted(cached(store.list())), expected, 'and it stays so');
});

test.serial('stopping ends every watch and connection and nothing goes on in the dark', async t => {
	const bench = await benchFor(t);
	const {kube, configMap, namespace, signal} = bench;
	await Promise.all(Array.from({length: 10}, async () => kube.rawGet('/readyz', signal)));
	const before = await openSockets();
	const stop = new AbortController();
	const caches = await bench.caches(caches => caches.of(configMaps), {signal: stop.signal, namespaces: [namespace, 'kube-system', 'default']});
	await eventually('three watches are open', async () => (await openSockets()) >= before + 3);
	stop.abort();
	await caches.stopped;
	await eventually('all their connections are gone', async () => (await openSockets()) <= before);
	await kube.create(configMaps, configMap('late'), signal);
	await systemClock.sleep(200);
	t.is(caches.of(configMaps).store.get(`${namespace}/late`), undefined);
	t.deepEqual(bench.log.lines.filter(line => line['level'] === 'warn' || line['level'] === 'error'), []);
});

test('a kind that the cluster lacks does not hold up the start, and is followed once it is there', async t => {
	const bench = await benchFor(t);
	const {kube, namespace, signal} = bench;
	const group = `${namespace}.test.lazarette.dev`;
	const widgets = defineResource<KubeObject & {spec?: {n: number}}>({group, version: 'v1', plural: 'widgets', kind: 'Widget', namespaced: true});
	const clock = {...systemClock, sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(Math.min(ms, 200), signal)};
	const caches = await bench.caches(caches => caches.of(widgets, {optional: true}), {clock});
	t.is(caches.of(widgets).store.size, 0);
	t.teardown(async () => kube.remove(customResourceDefinitions, {name: `widgets.${group}`}, {}, AbortSignal.timeout(10_000)));
	await kube.create(
		customResourceDefinitions,
		{
			apiVersion: 'apiextensions.k8s.io/v1',
			kind: 'CustomResourceDefinition',
			metadata: {name: `widgets.${group}`},
			spec: {
				group,
				scope: 'Namespaced',
				names: {plural: 'widgets', kind: 'Widget', singular: 'widget', listKind: 'WidgetList'},
				versions: [{name: 'v1', served: true, storage: true, schema: {openAPIV3Schema: {type: 'object', properties: {spec: {type: 'object', properties: {n: {type: 'integer'}}}}}}}],
			},
		},
		signal,
	);
	await eventually('the kind is served', async () => {
		await kube.apply(widgets, {apiVersion: `${group}/v1`, kind: 'Widget', metadata: {name: 'w', namespace}, spec: {n: 1}}, {manager: 'lazarette-test'}, signal);
		return true;
	});
	await eventually('its objects are cached', () => caches.of(widgets).store.get(`${namespace}/w`)?.spec?.n === 1);
	await kube.remove(customResourceDefinitions, {name: `widgets.${group}`}, {}, signal);
	await eventually('they are gone with their kind', () => caches.of(widgets).store.size === 0);
});

test('a cache that cannot be filled is named when the start gives up, with the reason', async t => {
	const bench = await benchFor(t);
	const nothing = defineResource({group: 'nowhere.lazarette.dev', version: 'v1', plural: 'nothings', kind: 'Nothing', namespaced: true});
	const stop = new AbortController();
	const caches = await bench.caches(caches => caches.of(configMaps), {signal: stop.signal});
	stop.abort();
	await caches.stopped;
	const missing = bench.caches(
		caches => {
			caches.of(nothing);
			const {untilSynced} = caches;
			caches.untilSynced = async signal => untilSynced(signal, 3000);
		},
		{namespaces: [bench.namespace]},
	);
	const error = (await t.throwsAsync(missing)) as LazaretteError;
	t.is(error.code, 'DeadlineExceeded');
	t.regex(error.message, /nothings\.nowhere\.lazarette\.dev \(list .*: 404 NotFound/);
});
