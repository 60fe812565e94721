import {environmentOf} from '../test/cluster/access.ts';
import {stopCluster} from '../test/cluster/down.ts';
import {recordedClusters} from '../test/cluster/record.ts';
import {startCluster} from '../test/cluster/up.ts';
import {buildAndPushImage} from './image.ts';
import {installOperator} from './install/install-operator.ts';
import {describeResult, runAva} from './suite/run-ava.ts';
import type {SuiteResult} from './suite/run-ava.ts';

/**
`npm run e2e`: a cluster of its own, the image and the chart in it, and every suite that needs them. With KUBECONFIG and LAZARETTE_IMAGE set, the suites
run on that cluster instead and skip, counted, what it cannot do.
*/
export async function e2e(patterns: string[] = []): Promise<SuiteResult> {
	if (process.env['KUBECONFIG'] && process.env['LAZARETTE_IMAGE']) return runAva('e2e', 'ava.e2e.config.js', patterns);

	const log = (line: string): void => console.log(line);
	await removeDeadClusters();
	const name = `e2e-${process.pid}`;
	try {
		const cluster = await startCluster({name, log});
		const image = await buildAndPushImage(cluster, log);
		const helm = await cluster.helm();
		await installOperator({helm, kubeconfig: cluster.kubeconfig, image, namespace: 'lazarette-system', replicas: 1, args: ['--rest-after=60'], log});
		return await runAva('e2e', 'ava.e2e.config.js', patterns, {...environmentOf(cluster), LAZARETTE_IMAGE: image, LAZARETTE_HELM: helm});
	} finally {
		await stopCluster({name, wipe: true});
	}
}

/** An earlier run that was killed could not take its cluster down. */
async function removeDeadClusters(): Promise<void> {
	for (const name of await recordedClusters()) {
		const pid = Number(/^e2e-(\d+)$/.exec(name)?.[1]);
		if (!Number.isNaN(pid) && !isAlive(pid)) await stopCluster({name, wipe: true});
	}
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

if (import.meta.main) {
	const result = await e2e(process.argv.slice(2));
	console.log(describeResult(result));
	process.exitCode = result.failed === 0 ? 0 : 1;
}
