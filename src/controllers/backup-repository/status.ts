import type {BackupRepository, BackupRepositoryStatus} from '../../api/v1alpha1/backup-repository.ts';
import {reasonClass} from '../../api/v1alpha1/reasons.ts';
import {getCondition} from '../../kube/runtime/conditions.ts';
import {withStanding} from '../shared/standing.ts';
import type {ConditionFrame, Standing} from '../shared/standing.ts';
import type {ReadyReason} from '../../api/v1alpha1/reasons.ts';

/** The status of a repository that stands like this. */
export function repositoryStatus(draft: BackupRepositoryStatus, spec: BackupRepository['spec'], standing: Standing | undefined, frame: ConditionFrame): BackupRepositoryStatus {
	const {s3, filesystem} = spec.storage;
	const storage = s3 ? `s3 ${s3.bucket}` : `claim ${filesystem!.claimName}`;
	return {
		...draft,
		observedGeneration: frame.generation,
		...(standing && {conditions: withStanding(draft.conditions ?? [], standing, frame)}),
		summary: {...draft.summary, storage},
	};
}

/** What the conditions tell of a probe with these inputs; undefined when they tell of something else, or of nothing. */
export function toldByProbe({conditions, probedInputs}: BackupRepositoryStatus, inputs: {generation: number; fingerprint: string | undefined}): 'Available' | 'failure' | undefined {
	const ready = getCondition(conditions, 'Ready');
	if (!ready || ready.observedGeneration !== inputs.generation || probedInputs !== inputs.fingerprint) return undefined;
	if (ready.status === 'True') return 'Available';
	return reasonClass(ready.reason as ReadyReason) === 'underWay' || beforeProbe.has(ready.reason) ? undefined : 'failure';
}

/** Found without a probe; once one could start, they hold no more. */
const beforeProbe: ReadonlySet<string> = new Set(['SecretNotFound', 'SecretKeyMissing', 'ClaimNotFound', 'ClaimInUse', 'AccessModeUnsupported', 'NotAllowed']);

/** Since Ready last changed; only sets the pace of looking again. */
export const standingForMs = ({conditions}: BackupRepositoryStatus, now: Date): number => now.getTime() - Date.parse(getCondition(conditions, 'Ready')?.lastTransitionTime ?? now.toISOString());
