import type {Outcome} from '../../../api/v1alpha1/status-fields.ts';
import {proceed} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import type {BackupPass} from '../pass.ts';

const worstFirst: Outcome[] = ['Failed', 'SucceededWithWarnings', 'Succeeded'];

/** Every claim has its outcome: the run's is the worst of them. */
export const conclude: Step<BackupPass> = async ({status, clock}) => {
	const volumes = status.volumes ?? [];
	status.outcome = worstFirst.find(outcome => volumes.some(volume => volume.outcome === outcome)) ?? 'Failed';
	status.completionTime = clock.now().toISOString();
	return proceed();
};
