import type {ExecutionContext} from 'ava';
import type {VolumeBackup} from '../../src/api/v1alpha1/volume-backup.ts';
import type {VolumeRestore, VolumeRestoreSpec} from '../../src/api/v1alpha1/volume-restore.ts';
import {volumeRestores} from '../../src/controllers/resources.ts';
import type {Claim} from './_claims.ts';
import {ended} from './_conditions.ts';
import {usualRepository} from './_repository.ts';
import {spaceOf} from './_space.ts';

export type RestoreWish = {
	name?: string;
	timeoutMs?: number;
	/** Of a claim that is made for it; default: that of the source, which is the cluster's default. */
	storageClass?: string;
	/** Other members of `spec`. */
	spec?: Partial<Omit<VolumeRestoreSpec, 'mover'>> & {mover?: Partial<VolumeRestoreSpec['mover']>};
};

/** A claim and the run that has filled it. */
export type Restored = Claim & {restore: VolumeRestore};

type From = VolumeBackup | Pick<Claim, 'name'> | undefined;

let count = 0;

/** Creates a VolumeRestore: of a backup's archive or the newest one of a claim, into an existing claim or, given a name, into a new one. @returns its name */
export async function applyRestore(t: ExecutionContext, from: From, to: Claim | string, {name = `restore-${++count}`, storageClass, spec = {}}: RestoreWish = {}): Promise<string> {
	const space = await spaceOf(t);
	const target = typeof to === 'string' ? {claimTemplate: {metadata: {name: to}, spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}, ...(storageClass && {storageClassName: storageClass})}}} : {claimName: to.name};
	const repositoryRef = spec.repositoryRef ?? (from && 'spec' in from ? from.spec.repositoryRef : {name: (await usualRepository(t)).name});
	await space.create(volumeRestores, {metadata: {name}, spec: {repositoryRef, ...(from && {from: sourceOf(from)}), to: target, ...spec}});
	return name;
}

/** The same, and waits for its end. */
export async function restoreInto(t: ExecutionContext, from: From, to: Claim | string, wish: RestoreWish = {}): Promise<Restored> {
	const space = await spaceOf(t);
	const name = await applyRestore(t, from, to, wish);
	const restore = await ended(space, volumeRestores, name, wish.timeoutMs);
	return {name: typeof to === 'string' ? to : to.name, space, restore};
}

function sourceOf(from: VolumeBackup | Pick<Claim, 'name'>): VolumeRestoreSpec['from'] {
	if (!('spec' in from)) return {claimName: from.name};
	const archive = from.status.volumes?.[0]?.archive;
	if (!archive) throw new Error(`VolumeBackup ${from.metadata.name} has no archive: ${JSON.stringify(from.status)}`);
	return {archive};
}
