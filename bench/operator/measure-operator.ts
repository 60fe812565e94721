import {spawn} from 'node:child_process';
import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {createServer} from 'node:net';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {projectRoot} from '../../scripts/suite/run-ava.ts';
import {createRegistry} from '../../src/base/metrics.ts';
import {createKubeClient} from '../../src/kube/client/create-kube-client.ts';
import {loadKubeConfig} from '../../src/kube/client/load-kube-config.ts';
import {createKubeMetrics} from '../../src/kube/metrics.ts';
import {bundleInto} from '../peers/bundle-into.ts';
import {readImageStart} from '../peers/image-start.ts';
import {oneChange, changes} from './one-change.ts';
import type {PassesPerChange} from './one-change.ts';
import type {OperatorBenchOptions} from './operator-options.ts';
import {parseMetrics, quantile, sumOf} from './read-metrics.ts';
import type {Sample} from './read-metrics.ts';

export type OperatorFigures = {
	/** From the start of the process until all caches are filled. */
	syncSeconds: number;
	/** From then until every object had its first pass. */
	firstPassesSeconds: number;
	firstPasses: number;
	/** Most resident memory, in the start and altogether, and at the end of the steady state. */
	peakBytes: number;
	steadyBytes: number;
	requestsPerSecond: number;
	passesPerSecond: number;
	relists: number;
	/** Of all passes since the start. */
	reconcileP99Seconds: number;
	changes: PassesPerChange[];
};

type Tools = {signal: AbortSignal; log: (line: string) => void};

/** Starts an operator as the image runs it, beside a cluster that is full, and watches what it costs. */
export async function measureOperator(kubeconfig: string, options: OperatorBenchOptions, {signal, log}: Tools): Promise<OperatorFigures> {
	const directory = await mkdtemp(join(tmpdir(), 'lazarette-bench-operator-'));
	await bundleInto(directory);
	const started = performance.now();
	const operator = await startOperator(directory, kubeconfig, signal);
	const kube = createKubeClient({kubeConfig: loadKubeConfig({path: kubeconfig}), metrics: createKubeMetrics(createRegistry())});
	try {
		const syncSeconds = await operator.untilReady(started);
		log(`caches filled after ${syncSeconds.toFixed(1)} s`);
		const settled = await operator.untilIdle();
		const firstPassesSeconds = (performance.now() - started) / 1000 - syncSeconds - settled.idleSeconds;
		log(`${settled.passes} first passes in ${firstPassesSeconds.toFixed(1)} s`);

		const before = await operator.metrics();
		await sleep(options.seconds * 1000, undefined, {signal});
		const after = await operator.metrics();
		const {resident} = await operator.memory();
		const rate = (name: string): number => (sumOf(after, name) - sumOf(before, name)) / options.seconds;
		const found: PassesPerChange[] = [];
		for (const change of changes) found.push(await oneChange(change, {kube, metrics: operator.metrics, signal}));
		return {
			syncSeconds,
			firstPassesSeconds,
			firstPasses: settled.passes,
			peakBytes: (await operator.memory()).peak,
			steadyBytes: resident,
			requestsPerSecond: rate('rest_client_requests_total'),
			passesPerSecond: rate('controller_runtime_reconcile_total'),
			relists: sumOf(after, 'reflector_relists_total') - sumOf(before, 'reflector_relists_total'),
			reconcileP99Seconds: quantile(0.99, 'controller_runtime_reconcile_time_seconds', after) ?? 0,
			changes: found,
		};
	} finally {
		await kube.close();
		await operator.stop();
		await rm(directory, {recursive: true, force: true});
	}
}

const idleSeconds = 3;

async function startOperator(directory: string, kubeconfig: string, signal: AbortSignal) {
	const {args, env} = readImageStart(await readFile(join(projectRoot, 'Dockerfile'), 'utf8'), directory);
	const [metricsPort, probesPort] = [await freePort(), await freePort()];
	const child = spawn(process.execPath, [...args, 'operator', '--mover-image=registry.example.net/lazarette:bench', `--metrics-address=127.0.0.1:${metricsPort}`, `--probe-address=127.0.0.1:${probesPort}`, '--log-level=warn'], {
		stdio: ['ignore', 'inherit', 'inherit'],
		env: {PATH: process.env.PATH, ...env, KUBECONFIG: kubeconfig},
	});
	const metrics = async (): Promise<Sample[]> => parseMetrics(await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`, {signal})).text());
	return {
		metrics,
		memory: async () => memoryOf(child),
		async untilReady(started: number): Promise<number> {
			for (;;) {
				signal.throwIfAborted();
				if (child.exitCode !== null) throw new Error(`the operator ended with ${child.exitCode} before it was ready`);
				const ready = await fetch(`http://127.0.0.1:${probesPort}/readyz`, {signal}).then(({ok}) => ok, () => false);
				if (ready) return (performance.now() - started) / 1000;
				await sleep(25, undefined, {signal});
			}
		},
		/** Until no pass has run for a while. */
		async untilIdle(): Promise<{passes: number; idleSeconds: number}> {
			let passes = -1;
			let since = performance.now();
			for (;;) {
				const now = await metrics();
				const count = sumOf(now, 'controller_runtime_reconcile_total');
				if (count !== passes || sumOf(now, 'workqueue_depth') > 0) {
					passes = count;
					since = performance.now();
				}

				const idle = (performance.now() - since) / 1000;
				if (idle >= idleSeconds) return {passes, idleSeconds: idle};
				await sleep(250, undefined, {signal});
			}
		},
		async stop(): Promise<void> {
			if (child.exitCode !== null || child.signalCode !== null) return;
			child.kill('SIGTERM');
			await once(child, 'exit');
		},
	};
}

async function memoryOf({pid}: ChildProcess): Promise<{resident: number; peak: number}> {
	const text = await readFile(`/proc/${pid}/status`, 'utf8');
	const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
	return {resident: field('VmRSS'), peak: field('VmHWM')};
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {port} = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}
