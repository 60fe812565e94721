import {pods} from '../../src/kube/resources.ts';
import type {Pod} from '../../src/kube/resources.ts';
import {waitUntil} from '../cluster/wait-until.ts';
import {killProgram} from './_movers.ts';
import type {Space} from './_space.ts';

/** The running operator's pods. */
export async function operatorPods({kube, world, signal}: Space): Promise<Pod[]> {
	const found: Pod[] = [];
	for await (const page of kube.list(pods, {namespace: world.operatorNamespace, labelSelector: 'app.kubernetes.io/component=operator'}, signal)) {
		found.push(...page.items.filter(({metadata, status}) => !metadata.deletionTimestamp && status?.containerStatuses?.some(({state}) => state?.running)));
	}

	return found;
}

/** Ends every operator there is, and returns when none runs. */
export async function killOperator(space: Space, way: 'SIGKILL' | 'its pod is deleted'): Promise<void> {
	const {kube, signal} = space;
	const victims = await waitUntil('an operator runs', async () => nonEmpty(await operatorPods(space)), {timeoutMs: 60_000, everyMs: 200, signal});
	for (const victim of victims) {
		const {namespace, name, uid} = victim.metadata;
		if (way === 'SIGKILL') await killProgram(victim);
		else await kube.remove(pods, {namespace, name}, {uid, gracePeriodSeconds: 0}, signal);
	}
}

const nonEmpty = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);
