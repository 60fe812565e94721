import type {ExecutionContext} from 'ava';
import type {VolumeBackup, VolumeBackupSpec, VolumeStatus} from '../../src/api/v1alpha1/volume-backup.ts';
import {volumeBackups} from '../../src/controllers/resources.ts';
import type {Claim} from './_claims.ts';
import {ended} from './_conditions.ts';
import {usualRepository} from './_repository.ts';
import {spaceOf} from './_space.ts';

/** A spec as a user writes it: the API server fills in what is missing. */
export type BackupWish = {name?: string; timeoutMs?: number} & {[Field in keyof VolumeBackupSpec]?: Partial<VolumeBackupSpec[Field]> | VolumeBackupSpec[Field]};

/** One that has ended; its volumes are there. */
export type EndedBackup = VolumeBackup & {status: {volumes: [VolumeStatus, ...VolumeStatus[]]}};

let count = 0;

/** Creates a VolumeBackup of a claim, or of what `wish.source` says. @returns its name */
export async function applyBackup(t: ExecutionContext, claim: Pick<Claim, 'name'> | undefined, {name = `backup-${++count}`, timeoutMs: _timeoutMs, ...wish}: BackupWish = {}): Promise<string> {
	const space = await spaceOf(t);
	const repositoryRef = wish.repositoryRef ?? {name: (await usualRepository(t)).name};
	await space.create(volumeBackups, {metadata: {name}, spec: {repositoryRef, ...(claim && {source: {claimName: claim.name}}), ...wish}});
	return name;
}

/** The same, and waits for its end. */
export async function backUp(t: ExecutionContext, claim: Pick<Claim, 'name'> | undefined, wish: BackupWish = {}): Promise<EndedBackup> {
	const name = await applyBackup(t, claim, wish);
	return ended(await spaceOf(t), volumeBackups, name, wish.timeoutMs) as Promise<EndedBackup>;
}
