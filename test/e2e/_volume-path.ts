import {persistentVolumeClaims, persistentVolumes} from '../../src/kube/resources.ts';
import type {Claim} from './_claims.ts';

/** The folder behind a bound claim, on the node's own disk: what is read there, no mover and no container has touched. */
export async function volumePath({name, space}: Claim): Promise<string> {
	const {kube, signal, world, seen} = space;
	if (!world.own) throw new Error('volumes can only be looked at from outside on a cluster of ours; the test must ask for the ability "node"');
	const volumeName = await seen.until(`claim ${name} is bound`, () => {
		const claim = seen.get(persistentVolumeClaims, name);
		return claim?.status?.phase === 'Bound' && claim.spec?.volumeName;
	});
	const volume = await kube.get(persistentVolumes, {name: volumeName}, signal);
	const {driver, volumeHandle} = volume!.spec!.csi!;
	return world.own.node.volumePath(driver, volumeHandle);
}
