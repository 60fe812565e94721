import {join} from 'node:path';
import {projectRoot} from '../../scripts/suite/run-ava.ts';
import {startCluster} from '../../test/cluster/up.ts';
import {stopCluster} from '../../test/cluster/down.ts';
import {systemClock} from '../../src/base/clock.ts';
import {systemRandom} from '../../src/base/random.ts';
import {createRegistry} from '../../src/base/metrics.ts';
import {createKubeClient} from '../../src/kube/client/create-kube-client.ts';
import {loadKubeConfig} from '../../src/kube/client/load-kube-config.ts';
import {createKubeMetrics} from '../../src/kube/metrics.ts';
import {writeDocument} from '../report/write-document.ts';
import {fillCluster} from './fill-cluster.ts';
import {measureOperator} from './measure-operator.ts';
import {full, operatorUsage, readOperatorOptions} from './operator-options.ts';
import type {OperatorBenchOptions} from './operator-options.ts';
import {renderOperatorReport} from './operator-report.ts';

/** One of its own: what is measured is the operator beside an API server and its etcd, with as many objects as a large cluster has. */
const name = 'bench-operator';

const section = 'npm run bench -- operator';

/** `npm run bench -- operator`: what thousands of protected claims cost an operator that has nothing to do. */
export async function benchOperator(argv: string[], signal: AbortSignal): Promise<void> {
	if (argv.includes('--help')) return console.log(operatorUsage);
	const options = readOperatorOptions(argv);
	try {
		if (options.phases.includes('fill')) await fill(options, signal);
		if (options.phases.includes('measure')) await measure(options, signal);
	} finally {
		if (options.phases.includes('remove')) await stopCluster({name, wipe: true});
	}
}

const log = (line: string): void => console.error(line);

async function fill(options: OperatorBenchOptions, signal: AbortSignal): Promise<void> {
	await stopCluster({name, wipe: true});
	const cluster = await startCluster({name, log, signal});
	// Claims of a class that nobody serves would keep it busy, and it is not what is measured.
	await cluster.kill('kube-controller-manager');
	const kube = createKubeClient({kubeConfig: loadKubeConfig({path: cluster.kubeconfig}), metrics: createKubeMetrics(createRegistry())});
	try {
		await fillCluster(kube, options, {clock: systemClock, random: systemRandom, signal, log});
	} finally {
		await kube.close();
	}
}

async function measure(options: OperatorBenchOptions, signal: AbortSignal): Promise<void> {
	const cluster = await startCluster({name, signal});
	await cluster.kill('kube-controller-manager');
	const figures = await measureOperator(cluster.kubeconfig, options, {signal, log});
	const report = renderOperatorReport(options, figures);
	console.log(`\n${report}`);
	const isFull = options.claims >= full.claims && options.schedules >= full.schedules && options.backups >= full.backups;
	const document = options.document ?? (isFull ? join(projectRoot, 'docs/performance.md') : undefined);
	if (document !== undefined) writeDocument(document, report, section);
}
