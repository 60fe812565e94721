import {execFile} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {projectRoot} from '../suite/run-ava.ts';

const run = promisify(execFile);

export type InstallOptions = {
	helm: string;
	kubeconfig: string;
	/** `repository:tag` as the cluster's nodes pull it. */
	image: string;
	namespace: string;
	replicas: number;
	/** More arguments of the operator. */
	args?: readonly string[];
	log(line: string): void;
};

/** Installs or upgrades the operator by its Helm chart and returns when it is ready. */
export async function installOperator({helm, kubeconfig, image, namespace, replicas, args = [], log}: InstallOptions): Promise<void> {
	const colon = image.lastIndexOf(':');
	const home = await mkdtemp(join(tmpdir(), 'lazarette-helm-'));
	const started = performance.now();
	try {
		await run(
			helm,
			[
				'upgrade', '--install', 'lazarette', join(projectRoot, 'charts/lazarette'),
				'--namespace', namespace, '--create-namespace',
				'--set', `image.repository=${image.slice(0, colon)}`, '--set', `image.tag=${image.slice(colon + 1)}`, '--set', `replicas=${replicas}`, '--set-json', `operator.extraArgs=${JSON.stringify(args)}`,
				'--wait', '--timeout', '120s',
			],
			{env: {...process.env, KUBECONFIG: kubeconfig, HELM_CACHE_HOME: join(home, 'cache'), HELM_CONFIG_HOME: join(home, 'config'), HELM_DATA_HOME: join(home, 'data')}},
		);
	} finally {
		await rm(home, {recursive: true, force: true});
	}

	log(`operator installed by its chart in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
