import type {ExecutionContext} from 'ava';
import {pods} from '../../src/kube/resources.ts';
import type {Pod} from '../../src/kube/resources.ts';
import {spaceOf} from './_space.ts';
import type {Space} from './_space.ts';
import type {Claim} from './_claims.ts';

export type PodWish = {
	/** For the image's shell. */
	script: string;
	/** By mount path. */
	claims?: Record<string, string>;
	/** As an ordinary user; where the namespace admits no root this is the default. */
	user?: number;
};

let count = 0;

/** Runs a script to its end beside the given claims. */
export const runScript = async (space: Space, wish: PodWish): Promise<void> => void (await runPod(space, wish, false));

/** The same, for what it prints. */
export const scriptOutput = async (space: Space, wish: PodWish): Promise<string> => runPod(space, wish, true);

async function runPod(space: Space, wish: PodWish, wantsOutput: boolean): Promise<string> {
	const name = `script-${++count}`;
	await space.create(pods, podOf(space, name, wish));
	const {status} = await space.seen.until(`pod ${name} has ended`, () => space.seen.present(pods).find(({metadata, status}) => metadata.name === name && (status?.phase === 'Succeeded' || status?.phase === 'Failed')));
	if (status?.phase === 'Failed') {
		const log = await space.kube.podLog({namespace: space.name, name}, {tailLines: 20}, space.signal);
		throw new Error(`pod ${name} failed: ${log}`);
	}

	const output = wantsOutput ? await space.kube.podLog({namespace: space.name, name}, {limitBytes: 16 * 1024 * 1024}, space.signal) : '';
	await space.remove(pods, name, {gracePeriodSeconds: 0, wait: false});
	return output;
}

/** Starts a pod and waits until its script has printed `started`, or runs if it need not. */
export async function startPod(space: Space, name: string, wish: PodWish): Promise<Pod> {
	await space.create(pods, podOf(space, name, wish));
	return space.seen.until(`pod ${name} is running`, () => {
		const pod = space.seen.get(pods, name);
		if (pod?.status?.phase === 'Failed') throw new Error(`pod ${name} failed: ${JSON.stringify(pod.status.containerStatuses)}`);
		return pod?.status?.containerStatuses?.some(({state}) => state?.running) ? pod : undefined;
	});
}

/** A pod of the workload that has the claim mounted until the test's end. */
export async function useClaim(t: ExecutionContext, claim: Claim): Promise<Pod> {
	return startPod(await spaceOf(t), `user-of-${claim.name}`, {claims: {'/data': claim.name}, script: 'exec sleep 3600'});
}

function podOf(space: Space, name: string, {script, claims = {}, user = space.podSecurity === 'restricted' ? 1000 : undefined}: PodWish): Parameters<typeof space.create<Pod>>[1] {
	const ordinary = user === undefined ? {} : {runAsUser: user, runAsGroup: user, runAsNonRoot: true, fsGroup: user, seccompProfile: {type: 'RuntimeDefault'}};
	const names = [...new Set(Object.values(claims))];
	// A claim that a node has mounted can seldom be mounted on another one.
	const beside = space.seen.present(pods).find(({spec, status}) => status?.phase === 'Running' && spec?.volumes?.some(({persistentVolumeClaim}) => names.includes(persistentVolumeClaim?.claimName ?? '')));
	return {
		metadata: {name},
		spec: {
			restartPolicy: 'Never',
			...(beside?.spec?.nodeName && {nodeName: beside.spec.nodeName}),
			terminationGracePeriodSeconds: 0,
			automountServiceAccountToken: false,
			securityContext: ordinary,
			containers: [{
				name: 'main',
				image: space.world.busybox,
				command: ['sh', '-ec', script],
				...(user !== undefined && {securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: ['ALL']}}}),
				volumeMounts: Object.entries(claims).map(([mountPath, claimName]) => ({mountPath, name: `volume-${names.indexOf(claimName)}`})),
			}],
			volumes: names.map((claimName, index) => ({name: `volume-${index}`, persistentVolumeClaim: {claimName}})),
		},
	};
}
