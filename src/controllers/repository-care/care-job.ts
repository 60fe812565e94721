import type {BackupRepository} from '../../api/v1alpha1/backup-repository.ts';
import {annotations} from '../../api/v1alpha1/group.ts';
import {careKinds} from '../../api/v1alpha1/mover-contract.ts';
import type {CareKind} from '../../api/v1alpha1/mover-contract.ts';
import type {Job} from '../../kube/resources.ts';
import {byOwner} from '../shared/indexes.ts';
import {childName} from '../shared/child-name.ts';
import type {ControllerCaches} from '../shared/controller-caches.ts';
import {parseJson, record} from '../shared/untrusted.ts';

/** What a Job of repository care is about, noted on the Job, so that an operator that comes back knows it. */
export type CareNote = {
	kind: CareKind;
	/** Of a deletion: the VolumeBackups whose archives it removes. */
	backups?: {name: string; uid: string}[];
};

/** Whether it has the repository for itself; a check only reads. */
export const needsAll = (kind: CareKind): boolean => kind !== 'check';

export const isCareJob = ({metadata}: Job): boolean => metadata.annotations?.[annotations.care] !== undefined;

export const careJobs = ({metadata}: BackupRepository, {jobs}: Pick<ControllerCaches, 'jobs'>): Job[] => jobs.store.byIndex(byOwner, metadata.uid).filter(job => isCareJob(job) && !job.metadata.deletionTimestamp);

/** However often a pass is repeated, it is the same Job; after its end is told in status, it is another. */
export const careJobName = ({metadata, status}: BackupRepository, kind: CareKind): string => {
	const state = status.maintenance?.[kind];
	return childName(metadata, 'care', kind, state?.lastJob ?? '', state?.failures ?? 0);
};

export function careNote({metadata}: Job): CareNote | undefined {
	const note = record(parseJson(metadata.annotations?.[annotations.care] ?? ''));
	const kind = careKinds.find(candidate => candidate === note?.['kind']);
	if (!note || !kind) return undefined;
	const backups = Array.isArray(note['backups']) ? note['backups'].flatMap(item => {
		const {name, uid} = record(item) ?? {};
		return typeof name === 'string' && typeof uid === 'string' ? [{name, uid}] : [];
	}) : undefined;
	return {kind, ...(backups && {backups})};
}
