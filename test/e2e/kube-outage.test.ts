import test from 'ava';
import {systemClock} from '../../src/base/clock.ts';
import type {LazaretteError} from '../../src/base/errors.ts';
import {systemRandom} from '../../src/base/random.ts';
import type {Caches} from '../../src/kube/cache/caches.ts';
import {configMaps, secrets, serviceAccounts} from '../../src/kube/resources.ts';
import {createLeaderElector} from '../../src/kube/runtime/leader-elector.ts';
import {isForeign} from '../cluster/_shared-cluster.ts';
import type {Cluster} from '../cluster/cluster.ts';
import {stopCluster} from '../cluster/down.ts';
import {startCluster} from '../cluster/up.ts';
import {benchFor, clientFor, counted, eventually, openSockets} from './_kube-layer.ts';
import type {Bench} from './_kube-layer.ts';

// These tests crash the API server, so they have a cluster of their own. After a crash of the test itself, the next `npm run e2e` knows it by its name.
const name = `e2e-${process.pid}`;
let cluster: Cluster;
const crashTest = isForeign ? test.serial.skip : test.serial;

test.before(async () => {
	if (!isForeign) cluster = await startCluster({name});
});

test.after.always(async () => {
	if (!isForeign) await stopCluster({name, wipe: true});
});

const ready = async ({kube}: Bench): Promise<void> =>
	eventually('the API server answers', async () => (await kube.rawGet('/readyz', AbortSignal.timeout(1000))) === 'ok', 60_000);

async function sameAsCluster({kube, namespace, signal}: Bench, caches: Caches): Promise<boolean> {
	const {store} = caches.of(configMaps);
	let listed = 0;
	for await (const page of kube.list(configMaps, {namespace}, signal)) {
		for (const {metadata} of page.items) {
			listed++;
			if (store.get(`${namespace}/${metadata.name}`)?.metadata.resourceVersion !== metadata.resourceVersion) return false;
		}
	}

	return listed === store.size;
}

crashTest('caches get over an API server that is killed, and miss nothing that happened before they were back', async t => {
	const bench = await benchFor(t, cluster.kubeconfig);
	const {kube, configMap, namespace, signal} = bench;
	await Promise.all(Array.from({length: 60}, async (_, index) => kube.create(configMaps, configMap(`x${index}`), signal)));
	const caches = await bench.caches(caches => {
		for (const resource of [configMaps, secrets, serviceAccounts]) caches.of(resource);
	});
	const gone: string[] = [];
	caches.of(configMaps).subscribe(({key, object}) => void (object ?? gone.push(key)));
	const socketsBefore = await openSockets();

	for (let round = 0; round < 3; round++) {
		await cluster.kill('kube-apiserver');
		t.is(caches.of(configMaps).store.size, 61 - 20 * round, 'what is known stays readable meanwhile');
		await cluster.restart('kube-apiserver');
		// Another client changes things before the caches have found back.
		const other = clientFor(cluster.kubeconfig);
		await eventually('the other client gets through', async () => (await other.rawGet('/readyz', AbortSignal.timeout(500))) === 'ok', 60_000);
		for (let index = 20 * round; index < 20 * (round + 1); index++) await other.remove(configMaps, {namespace, name: `x${index}`}, {}, signal);
		await other.mergePatch(configMaps, {namespace, name: 'kube-root-ca.crt'}, {metadata: {labels: {round: String(round)}}}, signal);
		await other.close();
		await eventually('the cache is as the cluster', async () => sameAsCluster(bench, caches), 60_000);
		t.is(caches.of(configMaps).store.size, 61 - 20 * (round + 1));
	}

	t.is(new Set(gone).size, 60);
	t.is(gone.length, 60, 'each deletion is announced once');
	const lists = await counted(bench.metrics.lists, {resource: 'configmaps'});
	t.true(lists <= 4, `${lists} lists for a start and three crashes`);
	await eventually('no connection is left over', async () => (await openSockets()) <= socketsBefore + 3, 40_000);
});

crashTest('a position that etcd has compacted away costs one list and no change', async t => {
	const bench = await benchFor(t, cluster.kubeconfig);
	const {kube, configMap, namespace, signal} = bench;
	await Promise.all(Array.from({length: 10}, async (_, index) => kube.create(configMaps, configMap(`x${index}`), signal)));
	const caches = await bench.caches(caches => caches.of(configMaps));
	t.true(caches.of(configMaps).store.size >= 10);

	await kube.remove(configMaps, {namespace, name: 'x0'}, {}, signal);
	// Other kinds move etcd on; then its history up to now is dropped while the cache cannot follow.
	for (let count = 0; count < 50; count++) await kube.apply(secrets, {apiVersion: 'v1', kind: 'Secret', metadata: {name: 's', namespace}, stringData: {n: String(count)}}, {manager: 'lazarette-test'}, signal);
	await cluster.kill('kube-apiserver');
	await compactEverything();
	await cluster.restart('kube-apiserver');
	await ready(bench);
	await kube.remove(configMaps, {namespace, name: 'x1'}, {}, signal);

	await eventually('the cache is as the cluster', async () => sameAsCluster(bench, caches), 60_000);
	t.is(caches.of(configMaps).store.get(`${namespace}/x0`), undefined);
	t.is(caches.of(configMaps).store.get(`${namespace}/x1`), undefined);
	t.is(await counted(bench.metrics.relists, {cause: 'expired'}), 1);
	t.is(await counted(bench.metrics.lists), 2);
});

/** Drops etcd's history by its JSON gateway, from inside the node, where alone etcd is reached. */
async function compactEverything(): Promise<void> {
	const script = `
		const call = async (path, body) => (await fetch('http://127.0.0.1:2379/v3' + path, {method: 'POST', body: JSON.stringify(body)})).json();
		const {header} = await call('/kv/range', {key: Buffer.from('/none').toString('base64')});
		console.log(JSON.stringify(await call('/kv/compaction', {revision: header.revision, physical: true})));
	`;
	await cluster.exec([process.execPath, '--input-type=module', '--eval', script]);
}

crashTest('a leader that cannot renew ends in time, and another leads once the API server is back', async t => {
	const bench = await benchFor(t, cluster.kubeconfig);
	const times = {leaseSeconds: 8, renewDeadlineMs: 4000, retryMs: 300};
	const elector = (identity: string) =>
		createLeaderElector({kube: bench.kube, lease: {namespace: bench.namespace, name: 'lazarette'}, identity, times, log: bench.log.log, metrics: bench.metrics, clock: systemClock, random: systemRandom});
	const leader = elector('leader');
	await leader.acquire(bench.signal);
	const holding = t.throwsAsync(leader.hold(bench.signal));
	let standbyLeadsMs = 0;
	const standby = elector('standby').acquire(bench.signal).then(() => (standbyLeadsMs = performance.now()));
	standby.catch(() => undefined); // a failing test ends it
	await systemClock.sleep(1000);

	await cluster.kill('kube-apiserver');
	const killedMs = performance.now();
	const error = (await holding) as LazaretteError;
	const lostMs = performance.now();
	t.is(error.code, 'LockLost');
	t.true(lostMs - killedMs < times.leaseSeconds * 1000, `given up after ${lostMs - killedMs} ms`);
	await cluster.restart('kube-apiserver');
	await ready(bench);
	await standby;
	t.true(standbyLeadsMs > lostMs, 'never two at once');
});
