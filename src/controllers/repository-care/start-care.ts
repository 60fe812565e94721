import {annotations} from '../../api/v1alpha1/group.ts';
import {careNames} from '../../api/v1alpha1/maintenance-fields.ts';
import type {CareKind, ForgetWork, MaintainWork} from '../../api/v1alpha1/mover-contract.ts';
import type {VolumeBackup} from '../../api/v1alpha1/volume-backup.ts';
import {ownerOf} from '../backup-repository/children.ts';
import type {RepositoryPass} from '../backup-repository/pass.ts';
import {startMover} from '../shared/start-mover.ts';
import {careJobName, needsAll} from './care-job.ts';
import type {CareNote} from './care-job.ts';
import {archivesOf, isConfirmed} from './pending-deletions.ts';
import {divideAnew, nextPart, partsFor} from './plan/check-parts.ts';
import {keepAccepted, retentionScopes} from './plan/retention-scopes.ts';
import {timetable} from './plan/timetable.ts';
import {schedulesOf} from './schedules-of.ts';
import {noteFailure} from './settle-care.ts';

/** Time to pull an image, to mount volumes, and to give the lock back. */
const marginSeconds = 900;
const defaultSeconds = 3600;
const lookSoonMs = 10_500;

/** Makes the Job that does one piece of care. @returns when to look again */
export async function startCare(kind: CareKind, deletions: readonly VolumeBackup[], pass: RepositoryPass): Promise<number> {
	const {repository, status, clock} = pass;
	const maintenance = status.maintenance!;
	const work = workOf(kind, deletions, pass);
	if (!work) {
		// Nothing to apply, as when the last policy was taken away.
		delete maintenance[kind];
		return 0;
	}

	const {serviceAccountName} = repository.spec.maintenance ?? {};
	const name = careJobName({...repository, status}, kind);
	const note: CareNote = {kind, ...(kind === 'delete' && {backups: deletions.map(({metadata}) => ({name: metadata.name, uid: metadata.uid}))})};
	const started = await startMover(
		{
			name,
			namespace: repository.metadata.namespace,
			owner: ownerOf(repository),
			attempt: (maintenance[kind]?.failures ?? 0) + 1,
			failedBefore: 0,
			repository: withOwnCredentials(pass),
			...(serviceAccountName && {serviceAccountName}),
			placement: {},
			task: () => ({kind: 'maintain', work}),
			activeDeadlineSeconds: ('timeLimitSeconds' in work ? work.timeLimitSeconds : defaultSeconds) + marginSeconds,
			annotations: {[annotations.care]: JSON.stringify(note)},
		},
		pass,
	);
	if (started.kind !== 'started') {
		noteFailure(pass, kind, {reason: started.reason, message: started.message});
		return started.kind !== 'fail' && started.retryAfterMs !== undefined ? started.retryAfterMs : lookSoonMs;
	}

	maintenance.job = {name, kind: careNames[kind], startTime: clock.now().toISOString(), attempt: (maintenance[kind]?.failures ?? 0) + 1};
	if (needsAll(kind)) maintenance.exclusive = careNames[kind];
	else delete maintenance.exclusive;
	return lookSoonMs;
}

/** The Secret that may delete is mounted nowhere but here. */
function withOwnCredentials({repository, status}: RepositoryPass): RepositoryPass['repository'] {
	const {maintenance, storage} = repository.spec;
	const own = {...repository, status};
	if (!maintenance?.credentialsSecretRef || !storage.s3) return own;
	const {workloadIdentity: _identity, ...s3} = storage.s3;
	return {...own, spec: {...repository.spec, storage: {s3: {...s3, credentialsSecretRef: maintenance.credentialsSecretRef}}}};
}

function workOf(kind: CareKind, deletions: readonly VolumeBackup[], pass: RepositoryPass): MaintainWork | undefined {
	const {prune} = pass.repository.spec.maintenance ?? {};
	const {keys} = pass.status;
	switch (kind) {
		case 'forget': {
			const forget = forgetWork(pass);
			return forget && {kind, ...forget};
		}

		case 'prune': {
			const forget = forgetWork(pass);
			return prune && {kind, ...(forget && {forget}), ...(prune.maxRepackBytes !== undefined && {maxRepackBytes: prune.maxRepackBytes}), timeLimitSeconds: prune.timeLimitSeconds};
		}

		case 'check':
			return checkWork(pass);
		case 'delete':
			return {kind, archives: deletions.flatMap(archivesOf), evenLast: deletions.filter(isConfirmed).flatMap(archivesOf)};
		case 'removeKey':
			return keys?.previous ? {kind, keyId: keys.previous} : undefined;
	}
}

function forgetWork({repository, caches, status}: RepositoryPass): ForgetWork | undefined {
	const scopes = retentionScopes(repository, schedulesOf(repository, caches));
	return scopes && {...scopes, accepted: keepAccepted((status.retention ??= {}), scopes)};
}

function checkWork({repository, status, clock}: RepositoryPass): MaintainWork | undefined {
	const {maintenance} = repository.spec;
	const table = timetable('check', {maintenance, uid: repository.metadata.uid});
	if (!maintenance?.check || table?.kind !== 'timetable') return undefined;
	const state = (status.maintenance!.check ??= {});
	const now = clock.now();
	const parts = partsFor(table.calendar, maintenance.check.fullEveryDays, now);
	// Other numbers of days in a month make other numbers of checks; a division that still does is kept.
	if (state.parts === undefined || state.parts > parts || state.parts < parts * 0.7) divideAnew(state, parts, now);
	const kept = state.parts ?? parts;
	return {kind: 'check', part: nextPart(state, kept), parts: kept, timeLimitSeconds: maintenance.check.timeLimitSeconds};
}
