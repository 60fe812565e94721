import {createHash} from 'node:crypto';
import {keyOf} from '../../kube/object.ts';
import type {PersistentVolumeClaim} from '../../kube/resources.ts';
import {claimsOfWorkload} from '../shared/claims-of-workload.ts';
import {matchesSelector} from '../shared/label-selector.ts';
import type {RunMatter} from '../shared/run-marks.ts';
import {isManaged} from '../shared/trims.ts';
import type {SchedulePass} from './pass.ts';

/** What a run that is made now would be made of; undefined where the cluster cannot know who writes, or which claims are meant. */
export async function runMatter(pass: Pick<SchedulePass, 'schedule' | 'caches' | 'kube' | 'signal'>): Promise<RunMatter | undefined> {
	const {schedule, caches} = pass;
	const {metadata, spec} = schedule;
	const {namespace} = metadata;
	const claims = await claimsMeant(pass);
	const repository = caches.repositories.store.get(keyOf({namespace, name: spec.template.spec.repositoryRef.name}));
	if (claims.length === 0 || claims.some(claim => !claim || isShared(claim)) || !repository) return undefined;
	const found = claims as PersistentVolumeClaim[];
	return {
		claims: found.map(claim => keyOf(claim.metadata)),
		fingerprint: createHash('sha256').update(JSON.stringify([metadata.uid, metadata.generation, repository.metadata.uid, repository.metadata.generation, found.map(claim => [claim.metadata.name, claim.metadata.uid, claim.spec?.volumeName])])).digest('hex'),
	};
}

async function claimsMeant({schedule, caches, kube, signal}: Pick<SchedulePass, 'schedule' | 'caches' | 'kube' | 'signal'>): Promise<Array<PersistentVolumeClaim | undefined>> {
	const {claimName, claimSelector, workloadRef} = schedule.spec.template.spec.source;
	const {namespace} = schedule.metadata;
	const named = (name: string): PersistentVolumeClaim | undefined => caches.claims.store.get(keyOf({namespace, name}));
	if (claimName) return [named(claimName)];
	if (workloadRef) return ((await claimsOfWorkload(workloadRef, namespace, {kube, caches, signal})) ?? []).map(named);
	return [...caches.claims.store.list()]
		.filter(claim => claim.metadata.namespace === namespace && !isManaged(claim) && matchesSelector(claimSelector ?? {}, claim.metadata.labels))
		.toSorted((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
}

/** Its volume may be mounted by anybody who reaches the server behind it; what many only read, somebody else writes. */
const isShared = ({spec}: PersistentVolumeClaim): boolean => (spec?.accessModes ?? []).some(mode => mode.endsWith('Many')) || spec?.volumeName === undefined;
