import type {ExecutionContext} from 'ava';
import {labels, managedByValue} from '../../src/api/v1alpha1/group.ts';
import type {KubeObject} from '../../src/kube/object.ts';
import {jobs, persistentVolumeClaims, pods} from '../../src/kube/resources.ts';
import {volumeSnapshotContents, volumeSnapshots} from '../../src/kube/snapshot-resources.ts';
import {waitUntil} from '../cluster/wait-until.ts';
import {spaceOf} from './_space.ts';
import type {Space} from './_space.ts';
import {usualRepository} from './_repository.ts';

/** Finalizers of claims and snapshots take their sidecars a moment. */
const patienceMs = 45_000;

/**
Fails unless everything temporary goes: Jobs, pods, VolumeSnapshots and their contents, temporary claims, and locks in the repository. With an object, only what
belongs to it.
*/
export async function noLeftovers(t: ExecutionContext, owner?: KubeObject): Promise<void> {
	const space = await spaceOf(t);
	await space.seen.until('everything temporary is gone', () => namesOfTemporaries(space, owner).length === 0, patienceMs).catch((error: unknown) => {
		throw new Error(`left over: ${namesOfTemporaries(space, owner).join(', ')}`, {cause: error});
	});
	await waitUntil('contents of snapshots are gone', async () => (await snapshotContents(space)) === 0, {timeoutMs: patienceMs, everyMs: 100});
	const {store} = await usualRepository(t);
	t.deepEqual((await store?.keys('locks/')) ?? [], [], 'locks are left in the repository');
}

function namesOfTemporaries({seen}: Space, owner?: KubeObject): string[] {
	const isTemporary = ({metadata}: KubeObject): boolean => metadata.labels?.[labels.managedBy] === managedByValue && (!owner || metadata.labels[labels.ownerUid] === owner.metadata.uid);
	return [jobs, pods, persistentVolumeClaims, volumeSnapshots].flatMap(resource => seen.present<KubeObject>(resource).filter(isTemporary).map(({metadata}) => `${resource.kind} ${metadata.name}`));
}

/** They belong to no namespace, and are what really holds a driver's snapshot. */
async function snapshotContents({kube, name, signal}: Space): Promise<number> {
	let count = 0;
	for await (const {items} of kube.list(volumeSnapshotContents, {}, signal)) count += items.filter(({spec}) => spec.volumeSnapshotRef.namespace === name).length;
	return count;
}
