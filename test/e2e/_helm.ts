import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {projectRoot} from '../../scripts/suite/run-ava.ts';
import {helmBinary} from '../cluster/binaries/binaries.ts';
import {run} from '../cluster/command.ts';

export const chart = join(projectRoot, 'charts/lazarette');

export type Helm = (...argv: string[]) => Promise<string>;

/** Helm with a home of its own, on a cluster or none. @returns its standard output */
export async function helmFor(t: ExecutionContext, kubeconfig = '/dev/null'): Promise<Helm> {
	const home = await mkdtemp(join(tmpdir(), 'lazarette-helm-'));
	t.teardown(async () => rm(home, {recursive: true, force: true}));
	const binary = process.env.LAZARETTE_HELM ?? (await helmBinary(() => undefined));
	const env = {PATH: process.env.PATH, HOME: home, KUBECONFIG: kubeconfig};
	return async (...argv) => run([binary, ...argv], {env});
}
