import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {world} from './_world.ts';

const run = promisify(execFile);

/** kubectl as the cluster's admin. @returns its standard output */
export async function kubectl(...argv: string[]): Promise<string> {
	const {own, kubeconfig} = await world();
	if (own) return own.cluster.kubectl(...argv);
	return (await run('kubectl', argv, {env: {...process.env, KUBECONFIG: kubeconfig}})).stdout;
}
