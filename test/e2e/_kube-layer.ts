import {randomBytes} from 'node:crypto';
import {readdir, readFile, readlink} from 'node:fs/promises';
import type {ExecutionContext} from 'ava';
import {systemClock} from '../../src/base/clock.ts';
import {createRegistry} from '../../src/base/metrics.ts';
import {systemRandom} from '../../src/base/random.ts';
import {createCaches} from '../../src/kube/cache/caches.ts';
import type {Caches, CachesOptions} from '../../src/kube/cache/caches.ts';
import {createKubeClient} from '../../src/kube/client/create-kube-client.ts';
import type {KubeClient} from '../../src/kube/client/kube-client.ts';
import {loadKubeConfig} from '../../src/kube/client/load-kube-config.ts';
import {createKubeMetrics} from '../../src/kube/metrics.ts';
import type {KubeMetrics} from '../../src/kube/metrics.ts';
import {namespaces} from '../../src/kube/resources.ts';
import type {ConfigMap} from '../../src/kube/resources.ts';
import {capturedLog} from '../kube/_tools.ts';
import {sharedCluster} from '../cluster/_shared-cluster.ts';
import {waitUntil} from '../cluster/wait-until.ts';

export type Bench = {
	kube: KubeClient;
	/** The test's own; gone after it. */
	namespace: string;
	/** Aborts at the test's end. */
	signal: AbortSignal;
	metrics: KubeMetrics;
	/** Starts caches of the namespace and returns them filled; they stop with the test, or with `signal`. */
	caches(declare: (caches: Caches) => void, options?: Partial<CachesOptions> & {signal?: AbortSignal}): Promise<Caches & {stopped: Promise<void>}>;
	configMap: (name: string, rest?: Partial<ConfigMap>) => ConfigMap;
	log: ReturnType<typeof capturedLog>;
};

/** Access to the cluster under test: the one of KUBECONFIG when that is set, else our own. */
export const kubeconfigFile = async (): Promise<string> => process.env['KUBECONFIG'] ?? (await sharedCluster()).kubeconfig;

export function clientFor(kubeconfig: string, metrics: KubeMetrics = createKubeMetrics(createRegistry())): KubeClient {
	return createKubeClient({kubeConfig: loadKubeConfig({path: kubeconfig}), metrics});
}

/** A client, and a namespace of its own for the test. */
export async function benchFor(t: ExecutionContext, kubeconfig?: string): Promise<Bench> {
	const metrics = createKubeMetrics(createRegistry());
	const kube = clientFor(kubeconfig ?? (await kubeconfigFile()), metrics);
	const namespace = `kube-layer-${randomBytes(4).toString('hex')}`;
	const end = new AbortController();
	const {signal} = end;
	const log = capturedLog();
	await kube.apply(namespaces, {apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}}, {manager: 'lazarette-test'}, signal);
	t.teardown(async () => {
		try {
			await kube.remove(namespaces, {name: namespace}, {}, AbortSignal.timeout(30_000));
		} finally {
			end.abort();
			await kube.close();
		}
	});

	return {
		kube,
		namespace,
		signal,
		metrics,
		log,
		configMap: (name, rest = {}) => ({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, namespace}, ...rest}),
		async caches(declare, {signal: stop = signal, ...options} = {}) {
			const caches = createCaches({kube, namespaces: [namespace], freeze: true, log: log.log, metrics, clock: systemClock, random: systemRandom, ...options});
			declare(caches);
			const stopped = caches.run(stop);
			await caches.untilSynced(signal, 30_000);
			return {...caches, stopped};
		},
	};
}

/** Waits for something in the cluster to come true. */
export const eventually = async (what: string, isTrue: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> =>
	void (await waitUntil(what, async () => isTrue(), {timeoutMs, everyMs: 20}));

/** Established TCP connections of this process. Node's own list leaves out those that are idle in a pool. */
export async function openSockets(): Promise<number> {
	const descriptors = await readdir('/proc/self/fd');
	const targets = await Promise.all(descriptors.map(async descriptor => readlink(`/proc/self/fd/${descriptor}`).catch(() => '')));
	const tables = await Promise.all(['tcp', 'tcp6'].map(async table => readFile(`/proc/self/net/${table}`, 'utf8')));
	const established = tables.flatMap(table => table.split('\n').slice(1).map(line => line.trim().split(/\s+/))).filter(([, , , state]) => state === '01');
	const inodes = new Set(established.map(columns => `socket:[${columns[9]}]`));
	return targets.filter(target => inodes.has(target)).length;
}

export async function counted(counter: {get(): Promise<{values: Array<{value: number; labels: object}>}>}, labels: object = {}): Promise<number> {
	const {values} = await counter.get();
	const wanted = Object.entries(labels);
	return values.filter(value => wanted.every(([name, label]) => (value.labels as Record<string, unknown>)[name] === label)).reduce((sum, {value}) => sum + value, 0);
}
